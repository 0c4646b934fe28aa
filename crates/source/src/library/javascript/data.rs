//! Databases and directories.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // SQL: the first argument is the statement, the second its values.
    "pg.*.query" | "pg.*.execute" | "mysql2.*.query" | "mysql2.*.execute" | "mysql.*.query" | "mssql.*.query"
        | "mssql.*.batch" | "mssql.query" | "tedious.Request" | "mariadb.*.query" | "mariadb.*.execute"
        | "oracledb.*.execute" | "snowflake-sdk.*.execute" | "@neondatabase/serverless.*.query"
        | "@vercel/postgres.*.query" | "@planetscale/database.*.execute" | "slonik.*.query" | "odbc.*.query"
        | "ibm_db.*.query" | "@google-cloud/bigquery.*.query" | "@google-cloud/bigquery.*.createQueryJob"
        [Database] Sql(At(0)) Sql(Field(0, "text")) Sql(Field(0, "sql")) Sql(Field(0, "query"))
        Sql(Field(0, "sqlText")) => Clean;
    "sqlite3.*.run" | "sqlite3.*.all" | "sqlite3.*.get" | "sqlite3.*.each" | "sqlite3.*.exec" | "sqlite3.*.prepare"
        | "sqlite.*.run" | "sqlite.*.all" | "sqlite.*.get" | "sqlite.*.each" | "sqlite.*.exec" | "sqlite.*.prepare"
        | "better-sqlite3.*.exec" | "better-sqlite3.*.prepare" | "bun:sqlite.*.query" | "bun:sqlite.*.prepare"
        | "bun:sqlite.*.run" | "bun:sqlite.*.exec" | "sql.*.exec" | "sql.*.run" | "sql.*.prepare"
        | "@libsql/client.*.execute" | "@libsql/client.*.batch" | "libsql.*.prepare" | "libsql.*.exec"
        | "duckdb.*.all" | "duckdb.*.run" | "duckdb.*.exec" | "duckdb.*.prepare"
        | "@duckdb/node-api.*.run" | "@duckdb/node-api.*.runAndReadAll" | "@clickhouse/client.*.query"
        | "@clickhouse/client.*.command" | "alasql" | "pg-promise.*.any" | "pg-promise.*.one" | "pg-promise.*.none"
        | "pg-promise.*.many" | "pg-promise.*.query" | "pg-promise.*.oneOrNone" | "pg-promise.*.manyOrNone"
        | "cassandra-driver.*.execute" | "@databricks/sql.*.executeStatement" | "@electric-sql/pglite.*.query"
        | "@electric-sql/pglite.*.exec" [Database] Sql(At(0)) Sql(Field(0, "query")) Sql(Field(0, "sql")) => Clean;
    "knex.raw" | "knex.*.raw" | "knex.*.whereRaw" | "knex.*.havingRaw" | "knex.*.orderByRaw" | "knex.*.groupByRaw"
        | "knex.*.joinRaw" | "knex.*.fromRaw" | "*.whereRaw" | "*.orderByRaw" | "*.havingRaw" | "*.groupByRaw"
        | "*.joinRaw" [Database] Sql(At(0)) => Clean;
    "sequelize.*.query" | "sequelize.literal" | "sequelize.Sequelize.literal" | "sequelize.*.literal"
        | "@sequelize/core.*.query" | "typeorm.*.query" | "@mikro-orm/core.*.execute" | "objection.raw"
        | "kysely.sql.raw" | "kysely.sql.lit" | "kysely.CompiledQuery.raw" | "drizzle-orm.sql.raw"
        | "drizzle-orm.*.raw" | "bookshelf.*.raw" [Database] Sql(At(0)) => Clean;
    "typeorm.*.where" | "typeorm.*.andWhere" | "typeorm.*.orWhere" | "typeorm.*.having" | "typeorm.*.orderBy"
        [Database] Sql(At(0), IsText) => Same(Receiver);
    "@prisma/client.*.$queryRawUnsafe" | "@prisma/client.*.$executeRawUnsafe" | "*.$queryRawUnsafe"
        | "*.$executeRawUnsafe" | "@prisma/client.Prisma.raw" [Database] Sql(At(0)) => Clean;
    "@prisma/client.*.$queryRaw" | "@prisma/client.*.$executeRaw" | "*.$queryRaw" | "*.$executeRaw"
        | "@prisma/client.Prisma.sql" | "drizzle-orm.sql" | "kysely.sql" | "slonik.sql" | "sql-template-strings"
        | "postgres" | "@vercel/postgres.sql" | "@neondatabase/serverless.neon" | "postgres()"
        | "@neondatabase/serverless.neon()" [Database] => Clean;
    "postgres.*.unsafe" | "*.unsafe" [Database] Sql(At(0)) => Clean;
    "@supabase/supabase-js.*.rpc" [Database Network] => Clean;
    "*.query" | "*.prepare" | "*.execute" | "*.raw" | "*.run" | "*.all" | "*.each" | "*.executeSql" | "*.queryRaw"
        [Database] Sql(At(0), Begins(SQL)) Sql(Field(0, "text"), Begins(SQL)) Sql(Field(0, "sql"), Begins(SQL))
        => Clean;
    "*.exec" [Database] Sql(At(0), Begins(SQL)) => Matches(At(0), Receiver, Anchored::No);
    "pg.escapeIdentifier" | "pg.escapeLiteral" | "pg.*.escapeIdentifier" | "pg.*.escapeLiteral" | "mysql2.escape"
        | "mysql2.escapeId" | "mysql2.*.escape" | "mysql2.*.escapeId" | "mysql.escape" | "mysql.escapeId"
        | "mysql.*.escape" | "sqlstring.escape" | "sqlstring.escapeId" | "pg-escape.ident" | "pg-escape.literal"
        | "*.escapeIdentifier" | "*.escapeId" | "*.escapeLiteral" => Make(QuoteSql, &[At(0)]);
    "mysql2.format" | "sqlstring.format" | "pg-format" | "mysql.format" Sql(At(0)) => Clean;
    "better-sqlite3" | "bun:sqlite.Database" | "sqlite3.Database" | "libsql"
        | "sqlite.DatabaseSync" [Database] PathWrite(At(0)) => Clean;
    "sqlite.open" [Database] PathWrite(Field(0, "filename")) => Clean;
    "better-sqlite3.*.loadExtension" [Database Native] Import(At(0)) => Clean;
    "better-sqlite3.*.backup" [Database Write] PathWrite(At(0)) => Clean;
    "better-sqlite3.*.pragma" [Database] Sql(At(0)) => Clean;
    "pg.**" | "mysql2.**" | "mysql.**" | "mssql.**" | "sqlite3.**" | "sqlite.**" | "better-sqlite3.**" | "knex.**"
        | "sequelize.**" | "typeorm.**" | "@prisma/client.**" | "drizzle-orm.**" | "kysely.**" | "duckdb.**"
        | "@libsql/client.**" | "pg-promise.**" | "postgres.**" [Database] => Clean;
    "node-sql-parser.**" | "pgsql-ast-parser.**" | "sql-formatter.**" => Unknown;

    // Document databases: the filter.
    "mongodb.*.find" | "mongodb.*.findOne" | "mongodb.*.updateOne" | "mongodb.*.updateMany" | "mongodb.*.deleteOne"
        | "mongodb.*.deleteMany" | "mongodb.*.replaceOne" | "mongodb.*.findOneAndUpdate"
        | "mongodb.*.findOneAndDelete" | "mongodb.*.countDocuments" | "mongodb.*.aggregate" | "mongodb.*.command"
        | "mongodb.*.runCommand" | "mongoose.*.find" | "mongoose.*.findOne" | "mongoose.*.updateOne"
        | "mongoose.*.updateMany" | "mongoose.*.deleteOne" | "mongoose.*.deleteMany" | "mongoose.*.aggregate"
        | "mongoose.*.findOneAndUpdate" | "mongoose.*.findOneAndDelete" | "mongoose.*.countDocuments"
        | "mongoose.*.where" | "mongoose.*.$where" [Database] NoSql(At(0)) => Clean;
    // Some clients take the names of a database and a collection before it.
    "*.findOne" | "*.deleteOne" | "*.deleteMany" | "*.findOneAndDelete" | "*.countDocuments" | "*.aggregate"
        [Database] NoSql(At(0), Fewer(3)) NoSql(At(0), IsList) NoSql(At(2), AtLeast(3)) => Clean;
    "*.updateOne" | "*.updateMany" | "*.findOneAndUpdate"
        [Database] NoSql(At(0), Fewer(4)) NoSql(At(0), IsList) NoSql(At(2), AtLeast(4)) => Clean;
    "mongodb.*.distinct" [Database] NoSql(At(1)) => Clean;
    "mongodb.ObjectId" | "bson.ObjectId" | "mongoose.Types.ObjectId" => Make(Number, &[At(0)]);
    "mongo-sanitize" | "express-mongo-sanitize.sanitize" => Clean;
    "mongodb.**" | "mongoose.**" [Database] => Clean;
    "ioredis.*.eval" | "redis.*.eval" | "ioredis.*.evalsha" | "ioredis.*.defineCommand"
        [Database Evaluate] Code(At(0)) => Clean;
    "redis.*.sendCommand" | "ioredis.*.call" [Database] NoSql(From(0)) => Clean;
    "redis.**" | "ioredis.**" | "ioredis" | "@upstash/redis.**" [Database Network] => Clean;
    "@elastic/elasticsearch.*.search" | "@opensearch-project/opensearch.*.search"
        [Database Network] NoSql(Field(0, "body")) NoSql(Field(0, "query")) => Clean;
    "@elastic/elasticsearch.**" | "@opensearch-project/opensearch.**" | "meilisearch.**" | "algoliasearch.**"
        | "@qdrant/js-client-rest.**" | "chromadb.**" | "@pinecone-database/pinecone.**" | "weaviate-client.**"
        [Database Network] => Clean;
    // Their queries are texts of a language of their own.
    "neo4j-driver.*.run" | "neo4j-driver.*.executeQuery" | "arangojs.*.query"
        | "@influxdata/influxdb-client.*.queryRows" | "gremlin.*.submit" | "@azure/cosmos.*.query"
        | "couchbase.*.query" [Database] Sql(At(0)) Sql(Field(0, "query")) => Clean;
    "neo4j-driver.**" | "arangojs.**" | "nedb.**" | "lowdb" | "@aws-sdk/client-dynamodb.**"
        | "@aws-sdk/lib-dynamodb.**" [Database] => Clean;

    // Directories.
    "ldapjs.*.search" | "ldapts.*.search" [Network] Ldap(At(0)) Ldap(Field(1, "filter")) => Clean;
    "ldapjs.parseFilter" | "ldapjs.filters.parseString" Ldap(At(0)) => Clean;
    "ldapjs.*.bind" [Network] Ldap(At(0)) => Clean;
    "ldap-escape.filter" | "ldap-escape.dn" => Make(EscapeLdap, &[At(0)]);
    "ldapjs.**" | "ldapts.**" [Network] => Clean;
};
