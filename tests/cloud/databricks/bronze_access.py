"""What bronze.py hands to Kafka's reader under settings and secrets given as JSON, without Spark."""

import json
import sys
from types import ModuleType, SimpleNamespace

settings, secrets = json.loads(sys.argv[2]), json.loads(sys.argv[3])
pyspark, sql = ModuleType("pyspark"), ModuleType("pyspark.sql")
pyspark.pipelines = SimpleNamespace(table=lambda **_: lambda function: function)
sql.functions = SimpleNamespace()
sys.modules.update({"pyspark": pyspark, "pyspark.sql": sql})

given = {
    "spark": SimpleNamespace(conf=SimpleNamespace(get=lambda name, default: settings.get(name, default))),
    "dbutils": SimpleNamespace(secrets=SimpleNamespace(get=lambda scope, key: secrets[f"{scope}/{key}"])),
}
exec(open(sys.argv[1]).read(), given)
print(json.dumps(given["access"]()))
