"""A real Spark cluster on loopback, out of the pip package: one master and two workers."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

BRIEF = "-XX:TieredStopAtLevel=1"  # what runs for a minute only is not worth optimising
CONNECT = "spark.connect.grpc.binding.port"


def missing():
    """Return why no cluster can be started here, or an empty text."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed"
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if not (java.is_file() or shutil.which("java")):
        return "Java is not installed"
    return ""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def children(pid):
    """Return the ids of the processes that a process has started and that still run."""
    processes = Path("/proc").glob("[0-9]*/stat")
    if not Path("/proc/self/stat").exists():
        told = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True)
        pairs = [line.split() for line in told.splitlines()]
        return [int(child) for child, parent in pairs if int(parent) == pid]
    return [int(path.parent.name) for path in processes if parent_of(path) == pid]


def parent_of(path):
    try:
        return int(path.read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return None


class Cluster:
    """Its processes, by their ids."""

    def __init__(self, folder):
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = folder
        self.master = f"spark://127.0.0.1:{(port := free_port())}"
        self.processes = []
        self._start("Master", "--port", str(port))
        for i in (1, 2):
            work = ("--cores", "1", "--memory", "600m", "--work-dir", str(folder / f"work-{i}"))
            self._start("Worker", *work, self.master)

    def _start(self, kind, *arguments):
        settings = {"SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1"}
        settings |= {"SPARK_DAEMON_JAVA_OPTS": BRIEF}
        settings |= {"SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": str(self.folder)}
        command = [
            str(self.home / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{kind.lower()}",
        ]
        command[-1] += f".{kind}"
        ports = ["--host", "127.0.0.1", "--webui-port", str(free_port())]
        with (self.folder / f"{kind}-{len(self.processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [*command, *ports, *arguments],
                env=os.environ | settings,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.processes.append(process)

    def kill_a_worker(self):
        """Kill one worker, and its executors, as a power cut would."""
        worker = self.processes[-1]
        executors = children(worker.pid)
        for pid in [worker.pid, *executors]:
            os.kill(pid, signal.SIGKILL)
        worker.wait()
        return executors

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def session_on(cluster, connect_port):
    from pyspark.sql import SparkSession

    settings = {
        "spark.master": cluster.master,
        "spark.driver.memory": "512m",
        "spark.driver.extraJavaOptions": BRIEF,
        "spark.executor.extraJavaOptions": BRIEF,
        "spark.executor.memory": "512m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",  # fewer jobs; on again where a worker dies
        "spark.sql.files.maxPartitionBytes": "300k",
        "spark.sql.files.openCostInBytes": "0",
        "spark.sql.session.timeZone": "America/New_York",  # that no instant may depend on
        "spark.sql.timeType.enabled": "true",
        "spark.sql.warehouse.dir": str(cluster.folder / "warehouse"),
    }
    if connect_port:
        settings["spark.plugins"] = "org.apache.spark.sql.connect.SparkConnectPlugin"
        settings[CONNECT] = str(connect_port)
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def running(folder, connect_port=None):
    """Start the cluster and a session on it; stop both, and the driver's Java, at the end."""
    from pyspark import SparkContext

    cluster = Cluster(folder)
    try:
        session = session_on(cluster, connect_port)
        wait_for(lambda: executors(session) == 2, 120)
        yield cluster, session
        session.stop()
        gateway = SparkContext._gateway
        SparkContext._gateway = SparkContext._jvm = None
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=20)
    finally:
        cluster.stop()


def executors(session):
    return session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # and the driver


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.02)
