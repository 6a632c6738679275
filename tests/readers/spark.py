"""Spark with delta-spark as a reader and writer: spark.py <settings as JSON>, then commands by standard input.

settings: jars (folder), folder (scratch), adls (account, key, endpoint; or nothing)
"""

import glob
import json
import os
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, MapType, StructType

from plain import key, plain, serve

SETTINGS = json.loads(sys.argv[1])


def session():
    builder = SparkSession.builder.master("local[2]").appName("readers")
    settings = {
        "spark.jars": ",".join(glob.glob(f"{SETTINGS['jars']}/*.jar")),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": f"{SETTINGS['folder']}/warehouse",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.driver.extraJavaOptions": "-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8",
    }
    adls = SETTINGS.get("adls")
    if adls:
        host = f"{adls['account']}.dfs.core.windows.net"
        settings |= {
            f"spark.hadoop.fs.azure.account.key.{host}": adls["key"],
            f"spark.hadoop.fs.azure.account.hns.enabled.{host}": "true",
            "spark.hadoop.fs.azure.account.hns.enabled": "true",
            "spark.hadoop.fs.azure.abfs.endpoint": adls["endpoint"],
            "spark.hadoop.fs.azure.always.use.https": "false",
            "spark.hadoop.fs.azure.networking.library": "JDK_HTTP_URL_CONNECTION",
            "spark.hadoop.fs.azure.io.retry.max.retries": "3",
        }
    for name, value in settings.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


spark = session()


def uri(location):
    # The endpoint is plain HTTP, which is what abfs without s says.
    return location.replace("abfss://", "abfs://")


def form(value, kind):
    if value is None:
        return None
    if isinstance(kind, ArrayType):
        return [form(inner, kind.elementType) for inner in value]
    if isinstance(kind, MapType):
        return sorted([key(k), form(inner, kind.valueType)] for k, inner in value.items())
    if isinstance(kind, StructType):
        return [form(value[at], field.dataType) for at, field in enumerate(kind.fields)]
    return plain(value)


def rows_of(frame):
    kinds = [field.dataType for field in frame.schema.fields]
    return [[form(value, kind) for value, kind in zip(row, kinds)] for row in frame.collect()]


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def read(location, version, columns):
    frame = spark.read.format("delta").option("versionAsOf", version).load(uri(location))
    return rows_of(frame.select([quoted(name) for name in columns]))


def append(location, rows):
    data = spark.createDataFrame([(row["n"], row["part"]) for row in rows], "n bigint, part string")
    data.write.format("delta").mode("append").save(uri(location))
    return None


def optimize(location):
    spark.sql(f"OPTIMIZE delta.`{uri(location)}`")
    return None


TYPES = """
  SELECT * FROM VALUES
    ('é 日本 𝄞', 9223372036854775807L, 2147483647, 32767S, 127Y, float(0.1), 5e-324D, true, X'00FF', date'1901-02-03',
     timestamp'1960-05-05 05:05:05.000005', timestamp_ntz'2026-11-24 01:02:03.456789', 1234567.89BD, 99999999999999999999.999999999999999999BD,
     array(1L, null), map('k', 1L), named_struct('a', 'x', 'b', array(named_struct('c', 1.5D)))),
    ('', -9223372036854775808L, -2147483648, -32768S, -128Y, float('-inf'), double('nan'), false, X'', date'2100-12-31',
     timestamp'2100-01-01 00:00:00', timestamp_ntz'1969-12-31 23:59:59.999999', -0.01BD, -0.000000000000000001BD,
     array(), map(), named_struct('a', null, 'b', array())),
    (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
  AS t(s, l, i, h, b, f, d, t, y, day, ts, ntz, small, large, list, map, one)"""

PARTITIONS = """
  SELECT p, date'2026-11-24' + CAST(id AS INT) AS day, id % 2 = 0 AS ok, timestamp'2026-11-24 01:02:03.456789' AS ts,
    CAST(id - 1.5 AS DECIMAL(6, 2)) AS m, id AS n
  FROM (SELECT *, row_number() OVER (ORDER BY p) AS id FROM VALUES
    ('plain'), ('a b'), ('a=b'), ('50%'), ('é/日本'), ('q?#&+'), (null), ("x:y'z{}^") AS t(p))"""


def make(folder):
    """Tables with one thing each; what they are refused for, where we do not do it."""
    made = []

    def table(name, create, *statements, read=None, write=None):
        path = f"{uri(folder)}/{name}"
        for statement in (create, *statements):
            spark.sql(statement.replace("{t}", f"delta.`{path}`"))
        made.append(
            {
                "name": name,
                "location": f"{folder}/{name}",
                "rows": [] if read else rows_of(spark.read.format("delta").load(path)),
                "refused": {k: v for k, v in {"read": read, "write": write or read}.items() if v},
            }
        )

    numbers = "INSERT INTO {t} SELECT id, CAST(id % 3 AS STRING) FROM range(20)"
    columns = "CREATE TABLE {t} (n BIGINT, part STRING) USING delta"

    def properties(**more):
        return columns + " TBLPROPERTIES (" + ", ".join(f"'delta.{k}'='{v}'" for k, v in more.items()) + ")"

    table("types", f"CREATE TABLE {{t}} USING delta AS {TYPES}")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "INT96")
    table("int96", f"CREATE TABLE {{t}} USING delta AS {TYPES}")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    spark.conf.set("spark.sql.parquet.writeLegacyFormat", "true")
    table("legacy-parquet", f"CREATE TABLE {{t}} USING delta AS {TYPES}")
    spark.conf.set("spark.sql.parquet.writeLegacyFormat", "false")
    table("partitions", f"CREATE TABLE {{t}} USING delta PARTITIONED BY (p, day, ok, ts, m) AS {PARTITIONS}")
    table("checkpointed", columns + " TBLPROPERTIES ('delta.checkpointInterval'='3')", *[numbers] * 4, "DELETE FROM {t} WHERE n = 5", "OPTIMIZE {t}")
    spark.conf.set("spark.databricks.delta.checkpoint.partSize", "4")
    table("multi-part", properties(checkpointInterval=3), *[numbers.replace("range(20)", f"range({i})") for i in range(1, 7)], "INSERT INTO {t} VALUES (99, 'x')")
    spark.conf.unset("spark.databricks.delta.checkpoint.partSize")
    table("v2-checkpoint", properties(checkpointInterval=3, checkpointPolicy="v2"), *[numbers] * 4)
    spark.conf.set("spark.databricks.delta.checkpointV2.topLevelFileFormat", "json")
    table("v2-checkpoint-json", properties(checkpointInterval=3, checkpointPolicy="v2"), *[numbers] * 4)
    spark.conf.unset("spark.databricks.delta.checkpointV2.topLevelFileFormat")
    stats = {"checkpoint.writeStatsAsStruct": "true", "checkpoint.writeStatsAsJson": "false", "checkpointInterval": 3}
    table("struct-stats", properties(**stats), *[numbers] * 4)
    table("deletion-vectors", properties(enableDeletionVectors="true"), numbers, "DELETE FROM {t} WHERE n % 4 = 1", "UPDATE {t} SET part = 'u' WHERE n = 2",
          write="deletionVectors")  # fmt: skip
    for mode in ("name", "id"):
        mapped = f"CREATE TABLE {{t}} (`a number` BIGINT, part STRING, s STRUCT<`in side`: INT>) USING delta PARTITIONED BY (part) TBLPROPERTIES ('delta.columnMapping.mode'='{mode}')"
        table(f"mapped-by-{mode}", mapped, "INSERT INTO {t} SELECT id, CAST(id % 3 AS STRING), struct(CAST(id AS INT)) FROM range(9)",
              "ALTER TABLE {t} RENAME COLUMN `a number` TO n", "ALTER TABLE {t} DROP COLUMN s", "ALTER TABLE {t} ADD COLUMN s STRING",
              "INSERT INTO {t} VALUES (9, 'p', 'new')", write="columnMapping")  # fmt: skip
    table("widened", "CREATE TABLE {t} (n INT, part STRING) USING delta TBLPROPERTIES ('delta.enableTypeWidening'='true')",
          "INSERT INTO {t} VALUES (1, 'a'), (null, 'b')", "ALTER TABLE {t} ALTER COLUMN n TYPE BIGINT", "INSERT INTO {t} VALUES (8589934592, 'c')")  # fmt: skip
    table("dated-in-log", properties(enableInCommitTimestamps="true"), numbers, numbers)
    table("not-null", "CREATE TABLE {t} (n BIGINT NOT NULL, part STRING) USING delta", numbers)
    table("constrained", columns, "ALTER TABLE {t} ADD CONSTRAINT small CHECK (n < 1000 AND part IS NOT NULL)", numbers)
    table("odd-constraint", columns, "ALTER TABLE {t} ADD CONSTRAINT even CHECK (abs(n) >= 0)", numbers, write="abs")
    table("generated", "CREATE TABLE {t} (n BIGINT, part STRING, twice BIGINT GENERATED ALWAYS AS (n * 2)) USING delta",
          "INSERT INTO {t} (n, part) SELECT id, 'x' FROM range(3)", write="generatedColumns")  # fmt: skip
    table("identity", "CREATE TABLE {t} (n BIGINT, part STRING, id BIGINT GENERATED ALWAYS AS IDENTITY) USING delta",
          "INSERT INTO {t} (n, part) VALUES (1, 'x')", write="identityColumns")  # fmt: skip
    table("change-feed", properties(enableChangeDataFeed="true"), numbers, "UPDATE {t} SET part = 'u' WHERE n = 2", write="changeDataFeed")
    table("clustered", columns + " CLUSTER BY (n)", numbers, "OPTIMIZE {t}", write="clustering")
    table("row-tracking", properties(enableRowTracking="true"), numbers, write="rowTracking")
    table("append-only", properties(appendOnly="true"), numbers)
    table("variant", "CREATE TABLE {t} (n BIGINT, part STRING, v VARIANT) USING delta", "INSERT INTO {t} SELECT 1, 'x', parse_json('[1]')", read="variantType")
    return made


serve({"read": read, "append": append, "optimize": optimize, "make": make})
sys.stdout.flush()
os._exit(0)
