"""Makes the font of the papers from the font of the screens: the same design with TrueType outlines.

reportlab embeds TrueType outlines alone, and Noto Sans SC comes with PostScript ones. Curves are approximated within
one thousandth of the type size; layout tables, vertical metrics and glyphs that no character names are left out. The
SIL Open Font Licence allows this; the result carries it and a name of its own.

Run once, after the screen font changed; fontTools is needed for that alone:

    uv run --no-project --with fonttools==4.68.0 python tools/paper_font.py
"""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "ui" / "fonts" / "NotoSansSC-Regular.otf"
TARGET = ROOT / "terminal" / "receipts" / "fonts" / "PaperSansSC-Regular.ttf"

FAMILY = "Paper Sans SC"
MAX_ERROR = 1.0  # font units, 1000 to the em
_EPOCH = 3_849_984_000  # seconds since 1904, fixed so that the same input gives the same file


def main() -> None:
    """Read :data:`SOURCE`, write :data:`TARGET`."""
    source = TTFont(SOURCE)
    cmap = source.getBestCmap()
    order = [".notdef", *sorted({name for name in cmap.values() if name != ".notdef"}, key=source.getGlyphID)]
    outlines = source.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    built = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    built.setupGlyphOrder(order)
    built.setupCharacterMap(cmap)
    built.setupGlyf(glyphs)
    built.setupHorizontalMetrics(
        {name: (source["hmtx"][name][0], glyphs[name].xMin if glyphs[name].numberOfContours else 0) for name in order}
    )
    built.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    built.setupNameTable(
        {
            "copyright": source["name"].getDebugName(0),
            "familyName": FAMILY,
            "styleName": "Regular",
            "uniqueFontIdentifier": "PaperSansSC-Regular 1, from Noto Sans SC 2.004",
            "fullName": FAMILY,
            "psName": "PaperSansSC-Regular",
            "version": "Version 1.000",
            "description": "Noto Sans SC Regular with TrueType outlines, for embedding in documents.",
            "licenseDescription": "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
            "licenseInfoURL": "http://scripts.sil.org/OFL",
        },
        mac=False,
    )
    os2 = source["OS/2"]
    built.setupOS2(
        sTypoAscender=os2.sTypoAscender, sTypoDescender=os2.sTypoDescender, usWinAscent=os2.usWinAscent,
        usWinDescent=os2.usWinDescent, sxHeight=os2.sxHeight, sCapHeight=os2.sCapHeight, fsType=0,
    )  # fmt: skip
    built.setupPost(keepGlyphNames=False, underlinePosition=-125, underlineThickness=50)
    built.font["head"].created = built.font["head"].modified = _EPOCH
    built.font.recalcTimestamp = False
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    built.save(TARGET)


if __name__ == "__main__":
    main()
