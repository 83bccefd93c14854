class PDFStream:
    content: str | bytes

class PDFDocument:
    idToObject: dict[str, object]
