"""Lines of the log: one JSON object each, never with a value of a message."""

import datetime as dt
import json
import logging
import traceback

FIELDS = ("platform", "kind")  # codes of ours, no value of a message


class Lines(logging.Formatter):
    """Time, level, logger, words; of an exception its class and places, since messages and locals quote values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "timestamp": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg,  # never filled in: values stay out
        }
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and (error := record.exc_info[1]):
            places = traceback.extract_tb(error.__traceback__)[-12:]
            line["exception"] = [type(error).__name__, *(f"{at.filename}:{at.lineno} {at.name}" for at in places)]
        return json.dumps(line, ensure_ascii=False)
