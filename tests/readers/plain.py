"""One text for one value, as canonical.ts has it, and the loop of commands that the readers in Python share."""

import datetime
import decimal
import json
import struct
import sys
import traceback

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1)


def micros(moment):
    naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    since = naive - EPOCH
    return str((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def plain(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, datetime.datetime):
        return micros(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "NaN" if value != value else struct.pack(">d", value).hex()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    raise TypeError(f"{type(value)} has no plain form")


def key(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(plain(value))


def serve(verbs):
    """Answers one command a line; `verbs` are functions of the command's other fields."""
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"result": verbs[command.pop("verb")](**command)}
        except BaseException as error:  # whatever it is, the other side has to know
            text = "".join(traceback.format_exception_only(error)).strip()
            answer = {"error": text[:2_000]}
        print(json.dumps(answer), flush=True)
