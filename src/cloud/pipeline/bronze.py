"""The topic as it came: the only reader of Kafka, and the only step that is not SQL."""

import os

from pyspark import pipelines as dp
from pyspark.sql import functions as f


def setting(name, default):
    return spark.conf.get(f"candlebook.{name}", default)  # noqa: F821: `spark` is given to every file of a pipeline


def access():
    """
    Of Event Hubs: by a service credential of Unity Catalog, or by the connection string in a secret scope or, outside
    Databricks, in a variable. A broker of one's own needs none.
    """
    credential = setting("service.credential", "")
    if credential:
        return {"databricks.serviceCredential": credential}
    scope = setting("secret.scope", "")
    if scope:
        secret = dbutils.secrets.get(scope, setting("secret.key", ""))  # noqa: F821: given to every file on Databricks
    else:
        secret = os.environ.get("EVENT_HUBS_CONNECTION_STRING")
    if not secret:
        return {}
    module = setting("kafka.login.module", "org.apache.kafka.common.security.plain.PlainLoginModule")
    return {
        "kafka.security.protocol": "SASL_SSL",
        "kafka.sasl.mechanism": "PLAIN",
        "kafka.sasl.jaas.config": f'{module} required username="$ConnectionString" password="{secret}";',
    }


@dp.table(
    comment="Messages of the topic as they came, all of them",
    partition_cols=["date"],
    schema="""
        key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP,
        processing_time TIMESTAMP, date DATE
    """,
)
def bronze_events():
    return (
        spark.readStream.format("kafka")  # noqa: F821
        .option("kafka.bootstrap.servers", setting("kafka.bootstrap.servers", "127.0.0.1:9092"))
        .option("subscribe", setting("kafka.topic", "crypto-stream"))
        .option("startingOffsets", "earliest")
        .option("failOnDataLoss", setting("kafka.fail.on.data.loss", "true"))
        .option("maxOffsetsPerTrigger", setting("kafka.messages.per.batch", "5000000"))
        .options(**access())
        .load()
        .select(
            "key", "value", "topic", "partition", "offset", "timestamp",
            f.current_timestamp().alias("processing_time"),
            f.to_date("timestamp").alias("date"),
        )
    )
