-- Databricks runs OPTIMIZE and VACUUM over Unity Catalog's managed tables where they are due, at no fixed time; a pipeline
-- looks after its own tables besides. Said again each week, it stays on whatever became of the account's default.
ALTER SCHEMA IDENTIFIER(:catalog || '.' || :schema) ENABLE PREDICTIVE OPTIMIZATION;

-- What it did in the last week, for the run's page.
SELECT table_name, operation_type, count(*) AS operations, sum(usage_quantity) AS estimated_dbus
FROM system.storage.predictive_optimization_operations_history
WHERE catalog_name = :catalog AND schema_name = :schema AND start_time > current_timestamp() - INTERVAL 7 DAYS
GROUP BY table_name, operation_type
ORDER BY estimated_dbus DESC;
