#!/usr/bin/env python3
"""Reads a mail from standard input with Python's own mail library and prints, as JSON, what a mail program would show."""
import email
import email.policy
import json
import sys

message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
parts = []
for part in message.walk():
    if part.is_multipart():
        parts.append({"type": part.get_content_type()})
        continue
    content = part.get_content()
    if isinstance(content, bytes):
        content = content.decode("utf-8", "backslashreplace")
    parts.append({"type": part.get_content_type(), "method": part.get_param("method"), "file": part.get_filename(),
                  "content": content})
defects = [type(d).__name__ for part in message.walk() for d in part.defects]
headers = {name: str(value) for name, value in message.items()}
print(json.dumps({"headers": headers, "parts": parts, "defects": defects}, ensure_ascii=False, sort_keys=True))
