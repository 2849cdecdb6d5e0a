-- bins of DOUBLE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN (x BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308) THEN CASE WHEN x < (0.0000000000000000e+00) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.5000000000000000e+00) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END WHEN isnan(x) THEN -4 WHEN x > 0 THEN -3 ELSE -2 END AS cell FROM (SELECT CAST(s.`a` AS DOUBLE) AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of DECIMAL(9,2)
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT s.`a` AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of BIGINT
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT s.`a` AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of DATE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT CAST(unix_date(s.`a`) AS BIGINT) * 86400000000 AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of TIMESTAMP
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', s.`a`) AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of TIMESTAMP WITH TIME ZONE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.5000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT unix_micros(s.`a`) AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- how often each text
WITH counted AS (SELECT x, count(*) AS n FROM (SELECT CAST(s.`a` AS STRING) COLLATE UTF8_BINARY AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t GROUP BY x), total AS (SELECT CAST(sum(n) AS BIGINT) AS all_rows, count(x) AS distinct_values FROM counted) SELECT x, n, all_rows, distinct_values, FALSE FROM counted CROSS JOIN total ORDER BY (x IS NULL) DESC, n DESC, x LIMIT 10

-- how often these
SELECT x, count(*) FROM (SELECT CAST(s.`a` AS STRING) COLLATE UTF8_BINARY AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t WHERE x IN (('x'), (CAST(X'69742773' AS STRING)), (CAST(X'c3a9' AS STRING))) GROUP BY x

-- the drawn ones
WITH counted AS (SELECT x, held, count(*) AS n FROM (SELECT x, (x IS NULL AND given) AS held FROM (SELECT CAST(s.`a` AS STRING) COLLATE UTF8_BINARY AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS h GROUP BY x, held), total AS (SELECT CAST(sum(n) AS BIGINT) AS all_rows, count(x) AS distinct_values FROM counted) SELECT x, n, all_rows, distinct_values, held FROM counted CROSS JOIN total ORDER BY (x IS NULL) DESC, n DESC, x LIMIT 10

-- cells
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN (x BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308) THEN CASE WHEN abs(x) >= (1.1830521861667747e-271) THEN CAST(sign(x) * (floor(abs(x) * power((2.0000000000000000e+00), 6 - floor(ln(abs(x)) * (1.4426950408889634e+00)))) + (floor(ln(abs(x)) * (1.4426950408889634e+00)) + 2047) * (6.4000000000000000e+01)) AS BIGINT) ELSE CAST(sign(x) AS BIGINT) * 67072 END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END WHEN isnan(x) THEN -4 WHEN x > 0 THEN -3 ELSE -2 END AS cell FROM (SELECT CAST(s.`a` AS DOUBLE) AS x, s.`a` IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- text as number
CASE WHEN lower(CAST(s.`a` AS STRING)) RLIKE '^[ ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[ ]*$|^[ ]*[+-]?(inf|infinity|nan)[ ]*$' THEN TRY_CAST(trim(CAST(s.`a` AS STRING)) AS DOUBLE) END

-- text as boolean
CASE WHEN lower(CAST(s.`a` AS STRING)) IN ('true', 't', 'yes', 'y', '1') THEN TRUE WHEN lower(CAST(s.`a` AS STRING)) IN ('false', 'f', 'no', 'n', '0') THEN FALSE END

-- text as time
CASE WHEN CAST(s.`a` AS STRING) RLIKE '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?' THEN CASE WHEN CAST(s.`a` AS STRING) RLIKE ':[0-9.]+(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' THEN unix_micros(TRY_CAST(CAST(s.`a` AS STRING) AS TIMESTAMP)) ELSE timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', TRY_CAST(CAST(s.`a` AS STRING) AS TIMESTAMP_NTZ)) END END
