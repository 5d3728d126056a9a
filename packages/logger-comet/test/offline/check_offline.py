"""Checks the structure of a Comet offline archive and prints what is in it as JSON."""
import json
import sys
import zipfile

MESSAGE_FIELDS = {
    "metric_msg": {"context", "local_timestamp", "metric"},
    "parameter_msg": {"local_timestamp", "param"},
    "log_other": {"key", "value", "local_timestamp"},
    "file_upload": {
        "file_path", "upload_type", "additional_params", "metadata", "clean", "local_timestamp"
    },
    "graph": {"graph"},
    "html": {"html"},
    "system_details": {
        "command", "env", "hostname", "ip", "machine", "os", "os_release", "os_type", "pid",
        "processor", "python_exe", "python_version", "python_version_verbose", "user"
    },
    "git_metadata": {"git_metadata"},
}
EXPERIMENT_FIELDS = {
    "offline_id", "project_name", "workspace", "start_time", "stop_time", "tags",
    "resume_strategy", "customer_error_reported", "customer_error_message"
}

archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None, "a checksum is wrong"
names = archive.namelist()
assert len(names) == len(set(names)), names
assert all("/" not in name for name in names), names

with archive.open("experiment.json") as file:
    experiment = json.loads(file.readline())
    assert file.read() == b"", "experiment.json has more than one line"
assert set(experiment) == EXPERIMENT_FIELDS, experiment
assert isinstance(experiment["start_time"], int) and isinstance(experiment["stop_time"], int)
assert experiment["stop_time"] >= experiment["start_time"]
assert experiment["resume_strategy"] in ("create", "get", "get_or_create")

messages = []
files = {"experiment.json", "messages.json"}
with archive.open("messages.json") as file:
    for line in file:
        assert line.endswith(b"\n"), line
        message = json.loads(line)
        assert set(message) == {"type", "payload"}, message
        assert set(message["payload"]) == MESSAGE_FIELDS[message["type"]], message
        if message["type"] == "file_upload":
            name = message["payload"]["file_path"]
            assert name in names, name
            assert message["payload"]["additional_params"]["fileName"] is not None
            files.add(name)
        messages.append(message)
assert set(names) == files, names

contents = {name: archive.read(name).hex() for name in names if not name.endswith(".json")}
print(json.dumps({"experiment": experiment, "messages": messages, "contents": contents}))
