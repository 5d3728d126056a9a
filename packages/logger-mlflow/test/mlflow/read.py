"""What MLflow's own client reads at a server, as JSON: python read.py <address> <experiment>."""

import json
import sys

from mlflow import MlflowClient

address, experiment = sys.argv[1:]
client = MlflowClient(address)


def artifacts(run_id, path=None):
    found = []
    for one in client.list_artifacts(run_id, path):
        found += artifacts(run_id, one.path) if one.is_dir else [[one.path, one.file_size]]
    return found


def read(run):
    names = run.data.metrics
    history = {
        name: [[m.step, m.timestamp, str(m.value)] for m in client.get_metric_history(run.info.run_id, name)]
        for name in names
    }
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "tags": run.data.tags,
        "history": history,
        "artifacts": artifacts(run.info.run_id),
    }


found = client.get_experiment_by_name(experiment)
runs = client.search_runs([found.experiment_id], order_by=["attributes.start_time ASC"])
print(json.dumps([read(run) for run in runs]))
