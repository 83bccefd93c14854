"""Settings: where each value stands, which one counts, and where it came from.

Precedence: command-line flag, environment variable ``SSC_<KEY>``, the user's TOML file, the
system's TOML file, default.
Rules that differ by city are not here; they come from the centre (domain.md §10).
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs
from msgspec import Meta

from terminal.errors import TerminalError, TerminalFault
from terminal.model.decoding import converted

APP = "ssc-terminal"
Environment = Literal["sandbox", "production"]
Keeper = Literal["auto", "file", "tpm", "dpapi", "passphrase", "secret-service"]
Seconds = Annotated[float, Meta(gt=0, le=3600)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may be set. Each field is a key of the TOML file.

    :param environment: ``sandbox`` or ``production``; never mixed.
    :param data_dir: folder of this environment's data; empty means the usual place of the system.
    :param reader: name of the reader to use; empty means the one that has a card.
    :param psam: name of the reader with the terminal's PSAM, which proves cards before the centre is asked; empty means
        that there is none.
    :param psam_region: six digits of the city or province whose keys that PSAM holds, where its own number (终端机编号)
        does not begin with them; empty means that it does.
    :param card_deadline: seconds that one flow with a card may take.
    :param centre_timeout: seconds that one request to the centre may take, all in all.
    :param probe_every: seconds between looks whether the centre can be reached again.
    :param probe_idle: seconds between looks whether it is still there, while nobody asks it anything else.
    :param idle: seconds without a touch after which a visit ends by itself.
    :param sign_in: whether somebody has to sign in before a card is served; only the sandbox may do without.
    :param printer: ``none``, ``file:FOLDER``, ``cups:QUEUE``, ``escpos80:DEVICE`` or ``escpos58:DEVICE``.
    :param key_keeper: what keeps this terminal's keys: ``file`` (sandbox alone), ``tpm`` (systemd-creds), ``dpapi``
        (Windows), ``passphrase`` (typed at each start, or a systemd credential), ``secret-service`` (a desktop's key
        ring); ``auto`` takes the file in the sandbox, else what this kind of machine has. Chosen before enrolment.
    :param sync_splay: seconds over which terminals spread that come back to the centre together.
    :param second_copy: folder on another medium for a second copy of what the centre has not, sealed; empty is none.
    :param hsm_addresses: files whose write key another address of the HSM has than the first one told for it, such as
        ``SSSEEF06=0094 SSSEEF05=0096``.
    :param local_api_port: where other programs of the outlet reach the reader functions, on loopback; 0 is off.
    :param local_api_writes: whether those programs may be registered for writing to cards.
    :param log_file: where log lines go; empty means standard error.
    """

    environment: Environment
    data_dir: str = ""
    language: Literal["zh", "en"] = "zh"
    reader: str = ""
    psam: str = ""
    psam_region: Annotated[str, Meta(pattern=r"^(\d{6})?$")] = ""
    card_deadline: Seconds = 15.0
    centre_timeout: Seconds = 10.0
    probe_every: Seconds = 30.0
    probe_idle: Seconds = 60.0
    idle: Annotated[float, Meta(ge=30, le=3600)] = 300.0
    sign_in: bool = True
    printer: str = "none"
    key_keeper: Keeper = "auto"
    sync_splay: Annotated[float, Meta(ge=0, le=3600)] = 300.0
    second_copy: str = ""
    hsm_addresses: Annotated[str, Meta(pattern=r"^([A-Z0-9]{8}=[0-9A-F]{4}( (?!$)|$))*$")] = ""
    local_api_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    local_api_writes: bool = False
    log_file: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @property
    def write_addresses(self) -> dict[str, str]:
        """:attr:`hsm_addresses` by the path of the file."""
        return dict(pair.split("=") for pair in self.hsm_addresses.split())

    @property
    def data(self) -> Path:
        """The data folder of this environment."""
        base = Path(self.data_dir).expanduser() if self.data_dir else platformdirs.user_data_path(APP)
        return base / self.environment


class Origin(msgspec.Struct, frozen=True):
    """One value and where it came from."""

    key: str
    value: str | float | bool
    source: str


class Loaded(msgspec.Struct, frozen=True):
    """Settings with the origin of each value, for ``doctor``."""

    settings: Settings
    origins: tuple[Origin, ...]


def _from_checkout() -> bool:
    return (Path(__file__).parent.parent / "pyproject.toml").is_file()


def has_sandbox() -> bool:
    """Whether this installation carries the sandbox; a production package leaves it out."""
    return find_spec("terminal.sandbox") is not None


def default_environment() -> Environment:
    """``sandbox`` from a checkout, ``production`` when installed."""
    return "sandbox" if _from_checkout() and has_sandbox() else "production"


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    if not required and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise TerminalError(TerminalFault.SETTINGS_UNREADABLE, type(cause).__name__, file=str(path)) from cause


def _value(key: str, raw: object, source: str) -> object:
    kinds = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    if key not in kinds:
        raise TerminalError(TerminalFault.SETTINGS_UNKNOWN, key=key, source=source)
    try:
        # Only an environment variable is text by nature; a file has to write its values as what they are.
        return converted(raw, kinds[key], strict=not source.startswith("SSC_"))
    except msgspec.ValidationError as cause:
        raise TerminalError(TerminalFault.SETTINGS_VALUE, key=key, source=source) from cause


def _layers(
    flags: Mapping[str, object], environ: Mapping[str, str], config: Path | None, user: Path, system: Path
) -> list[tuple[str, dict[str, object]]]:
    """Sources from the weakest to the strongest, each with its name."""
    keys = [field.name for field in msgspec.structs.fields(Settings)]
    named = config if config is not None else user
    layers: list[tuple[str, dict[str, object]]] = [
        (str(system), _read(system, required=False)),
        (str(named), _read(named, required=config is not None)),
    ]
    for key in keys:
        name = f"SSC_{key.upper()}"
        if name in environ:
            layers.append((name, {key: environ[name]}))
    layers.append(("flag", {key: value for key, value in flags.items() if value is not None}))
    return layers


def load(
    flags: Mapping[str, object] | None = None,
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    user: Path | None = None,
    system: Path | None = None,
) -> Loaded:
    """Find out what is set.

    :param flags: values from the command line; ``None`` values are not set.
    :param config: a file named on the command line, in place of the user's own; it has to exist.
    :raises TerminalError: ``SETTINGS_UNREADABLE``, ``SETTINGS_UNKNOWN``, ``SETTINGS_VALUE``, ``SANDBOX_MISSING``.
    """
    found: dict[str, Any] = {"environment": default_environment()}
    sources: dict[str, str] = {}
    user = user or platformdirs.user_config_path(APP) / "settings.toml"
    system = system or platformdirs.site_config_path(APP) / "settings.toml"
    for source, values in _layers(flags or {}, os.environ if environ is None else environ, config, user, system):
        for key, raw in values.items():
            found[key] = _value(key, raw, source)
            sources[key] = source
    settings = Settings(**found)
    if settings.environment == "sandbox" and not has_sandbox():
        raise TerminalError(TerminalFault.SANDBOX_MISSING)
    origins = tuple(
        Origin(field.name, getattr(settings, field.name), sources.get(field.name, "default"))
        for field in msgspec.structs.fields(Settings)
    )
    return Loaded(settings, origins)


def store_path(settings: Settings) -> Path:
    """Where the store of this terminal is."""
    return settings.data / "store" / "terminal.db"


def prepare_data(settings: Settings) -> Path:
    """Make the data folder, readable by this user alone.

    :raises TerminalError: ``DATA_FOLDER``.
    """
    folder = settings.data
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sys.platform != "win32":
            folder.chmod(0o700)
    except OSError as cause:
        raise TerminalError(TerminalFault.DATA_FOLDER, type(cause).__name__, folder=str(folder)) from cause
    return folder
