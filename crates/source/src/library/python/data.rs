//! Databases and directories.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // SQL: the first argument is the statement, the second its values.
    "sqlite3.*.execute" | "sqlite3.*.executemany" | "sqlite3.*.executescript" | "psycopg.*.execute"
        | "psycopg.*.executemany" | "psycopg.*.mogrify" | "psycopg.*.copy_expert" | "psycopg.*.copy"
        | "pymysql.*.execute" | "pymysql.*.executemany" | "pymysql.*.query" | "sqlalchemy.*.exec_driver_sql"
        | "sqlite3.*.execute_fetchall"
        [Database] Sql(At(0)) Sql(Named("sql")) Sql(Named("query")) Sql(Named("operation")) => Clean;
    "asyncpg.*.execute" | "asyncpg.*.executemany" | "asyncpg.*.fetch" | "asyncpg.*.fetchrow" | "asyncpg.*.fetchval"
        | "asyncpg.*.prepare" | "asyncpg.*.cursor" | "pyodbc.*.execute" | "pymssql.*.execute" | "cx_Oracle.*.execute"
        | "oracledb.*.execute" | "duckdb.sql" | "duckdb.query" | "duckdb.execute" | "duckdb.*.execute"
        | "duckdb.*.sql" | "duckdb.*.query" | "clickhouse_connect.*.query" | "clickhouse_connect.*.command"
        | "clickhouse_connect.*.query_df" | "clickhouse_driver.*.execute" | "snowflake.*.execute" | "snowflake.*.sql"
        | "trino.*.execute" | "databricks.*.execute" | "pyhive.*.execute" | "psqlpy.*.execute" | "databases.*.execute"
        | "databases.*.fetch_all" | "databases.*.fetch_one" | "peewee.*.execute_sql" | "peewee.*.raw" | "peewee.SQL"
        | "pypika.*" | "records.*.query" | "dataset.*.query" | "jaydebeapi.*.execute" | "teradatasql.*.execute"
        | "vertica_python.*.execute" | "hdbcli.*.execute" | "ibm_db.exec_immediate" | "redshift_connector.*.execute"
        | "singlestoredb.*.execute" | "libsql.*.execute" | "libsql_client.*.execute" | "pandasql.sqldf"
        | "taos.*.query" | "influxdb.*.query" | "questdb.*.execute" | "pyathena.*.execute" | "tidb.*.execute"
        | "django.db.connection.cursor().execute" | "django.db.models.expressions.RawSQL" | "django.*.raw"
        | "django.*.extra" [Database] Sql(At(0)) Sql(Named("query")) Sql(Named("sql")) => Clean;
    "google.*.query" | "google.*.query_and_wait" [Database Network] Sql(Either(0, "query")) => Clean;
    "boto3.*.start_query_execution" | "boto3.*.execute_statement"
        [Database Network] Sql(Named("QueryString")) Sql(Named("sql")) Sql(Named("Statement")) => Clean;
    "sqlalchemy.text" | "sqlalchemy.sql.text" | "sqlalchemy.sql.expression.text" | "sqlalchemy.literal_column"
        | "sqlalchemy.DDL" | "sqlalchemy.sql.literal_column" [Database] Sql(Either(0, "text")) => Clean;
    "sqlalchemy.*.execute" | "sqlalchemy.*.scalar" | "sqlalchemy.*.scalars" | "sqlalchemy.*.exec"
        | "sqlalchemy.*.stream" [Database] Sql(Either(0, "statement")) => Clean;
    "sqlalchemy.create_engine" | "sqlalchemy.ext.asyncio.create_async_engine" [Database] => Clean;
    "sqlalchemy.*" [Database] => Clean;
    "pandas.read_sql" | "pandas.read_sql_query" | "polars.read_database" [Database] Sql(Either(0, "sql")) => Clean;
    "pandas.read_sql_table" [Database] => Clean;
    "*.execute" | "*.executemany" | "*.executescript" | "*.exec_driver_sql" | "*.fetchval" | "*.fetchrow"
        | "*.execute_sql" | "*.run_sql" | "*.read_sql" | "*.fetch" | "*.query"
        [Database] Sql(At(0), Begins(SQL)) Sql(Named("query"), Begins(SQL)) => Clean;
    "*.fetchall" | "*.fetchone" | "*.fetchmany" | "*.commit" | "*.rollback" => Clean;
    "psycopg.sql.SQL" Sql(At(0)) => Clean;
    "psycopg.sql.Identifier" | "psycopg.sql.Literal" | "psycopg.extensions.quote_ident" => Make(QuoteSql, &[At(0)]);
    "psycopg.sql.SQL().format" | "psycopg.sql.SQL().join" | "psycopg.sql.Composed" => Clean;
    "pymysql.*.escape" | "pymysql.*.escape_string" | "pymysql.converters.escape_string" | "pymysql.*.literal"
        => Make(QuoteSql, &[At(0)]);
    "sqlite3.connect" [Database] PathWrite(Either(0, "database")) => Clean;
    "duckdb.connect" [Database] PathWrite(Either(0, "database")) => Clean;
    "duckdb.read_csv" | "duckdb.read_parquet" | "duckdb.read_json" [Database Read] PathRead(At(0)) => Clean;
    "sqlite3.*.load_extension" [Database Native] Import(At(0)) => Clean;
    "sqlite3.*.backup" [Database Write] => Clean;
    "psycopg.*" | "asyncpg.*" | "pymysql.*" | "pyodbc.*" | "pymssql.*" | "sqlite3.*" | "duckdb.*"
        | "clickhouse_connect.*" | "clickhouse_driver.*" | "snowflake.*" | "oracledb.*" | "cx_Oracle.*" | "peewee.*"
        | "tortoise.*" | "trino.*" | "databases.*" | "pyathena.*" | "redshift_connector.*" [Database] => Clean;
    "sqlparse.**" | "sqlglot.**" => Unknown;

    // Document databases: the filter.
    "pymongo.*.find" | "pymongo.*.find_one" | "pymongo.*.find_one_and_update" | "pymongo.*.find_one_and_delete"
        | "pymongo.*.find_one_and_replace" | "pymongo.*.update_one" | "pymongo.*.update_many" | "pymongo.*.replace_one"
        | "pymongo.*.delete_one" | "pymongo.*.delete_many" | "pymongo.*.count_documents"
        [Database] NoSql(Either(0, "filter")) => Clean;
    "pymongo.*.distinct" [Database] NoSql(Either(1, "filter")) => Clean;
    "pymongo.*.aggregate" [Database] NoSql(Either(0, "pipeline")) => Clean;
    "pymongo.*.command" | "pymongo.*.eval" | "pymongo.*.map_reduce" [Database] NoSql(At(0)) => Clean;
    "pymongo.*" | "beanie.*" | "mongoengine.*" | "odmantic.*" [Database] => Clean;
    "*.find_one" | "*.count_documents" | "*.delete_many" | "*.update_many" | "*.delete_one" | "*.update_one"
        [Database] NoSql(Either(0, "filter")) => Clean;
    "bson.ObjectId" | "bson.objectid.ObjectId" => Make(Number, &[At(0)]);
    "redis.*.eval" | "redis.*.register_script" | "redis.*.evalsha"
        [Database Evaluate] Code(Either(0, "script")) => Clean;
    "redis.*.execute_command" [Database] NoSql(From(0)) => Clean;
    "redis.*" [Database Network] => Clean;
    "elasticsearch.*.search" | "opensearchpy.*.search"
        [Database Network] NoSql(Named("body")) NoSql(Named("query")) => Clean;
    "elasticsearch.*" | "opensearchpy.*" | "meilisearch.*" | "algoliasearch.*" [Database Network] => Clean;
    "cassandra.*.execute" [Database] Sql(At(0)) => Clean;
    "neo4j.*.run" | "neo4j.*.execute_query" | "py2neo.*.run" | "neo4j.*.query"
        [Database] Sql(Either(0, "query")) Sql(Named("query_")) => Clean;
    "neo4j.*" | "cassandra.*" | "tinydb.*" | "lancedb.*" | "arango.*" [Database] => Clean;
    "arango.*.execute" [Database] Sql(At(0)) => Clean;
    "influxdb_client.*.query" [Database] Sql(Either(0, "query")) => Clean;

    // Directories.
    "ldap.*.search" | "ldap.*.search_s" | "ldap.*.search_st" | "ldap.*.search_ext" | "ldap.*.search_ext_s"
        [Network] Ldap(Either(0, "base")) Ldap(Either(2, "filterstr")) => Clean;
    "ldap3.*.search" [Network] Ldap(Either(0, "search_base")) Ldap(Either(1, "search_filter")) => Clean;
    "ldap.filter.escape_filter_chars" | "ldap.dn.escape_dn_chars" | "ldap3.utils.conv.escape_filter_chars"
        | "ldap3.utils.dn.escape_rdn" => Make(EscapeLdap, &[At(0)]);
    "ldap.*" | "ldap3.*" [Network] => Clean;
};
