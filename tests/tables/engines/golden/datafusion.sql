-- bins of DOUBLE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN (x BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308) THEN CASE WHEN x < (0.00000000000000000e+00) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50000000000000000e+00) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END WHEN isnan(x) THEN -4 WHEN x > 0 THEN -3 ELSE -2 END AS cell FROM (SELECT CAST(s."a" AS DOUBLE) AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of DECIMAL(9,2)
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT s."a" AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of BIGINT
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT s."a" AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of DATE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT arrow_cast(arrow_cast(s."a", 'Timestamp(Microsecond, None)'), 'Int64') AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of TIMESTAMP
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT arrow_cast(arrow_cast(s."a", 'Timestamp(Microsecond, None)'), 'Int64') AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- bins of TIMESTAMP WITH TIME ZONE
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN x IS NOT NULL THEN CASE WHEN x < (0) THEN CASE WHEN x <= (-1.50000000000000000e+00) THEN 0 ELSE 1 END ELSE CASE WHEN x <= (2.50) THEN 2 ELSE 3 END END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END END AS cell FROM (SELECT arrow_cast(arrow_cast(s."a", 'Timestamp(Microsecond, None)'), 'Int64') AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- how often each text
WITH counted AS (SELECT x, count(*) AS n FROM (SELECT s."a" AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t GROUP BY x), total AS (SELECT CAST(sum(n) AS BIGINT) AS all_rows, count(x) AS distinct_values FROM counted) SELECT x, n, all_rows, distinct_values, FALSE FROM counted CROSS JOIN total ORDER BY (x IS NULL) DESC, n DESC, x LIMIT 10

-- how often these
SELECT x, count(*) FROM (SELECT s."a" AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t WHERE x IN (('x'), (arrow_cast(decode('69742773', 'hex'), 'Utf8')), (arrow_cast(decode('c3a9', 'hex'), 'Utf8'))) GROUP BY x

-- the drawn ones
WITH counted AS (SELECT x, held, count(*) AS n FROM (SELECT x, (x IS NULL AND given) AS held FROM (SELECT s."a" AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS h GROUP BY x, held), total AS (SELECT CAST(sum(n) AS BIGINT) AS all_rows, count(x) AS distinct_values FROM counted) SELECT x, n, all_rows, distinct_values, held FROM counted CROSS JOIN total ORDER BY (x IS NULL) DESC, n DESC, x LIMIT 10

-- cells
SELECT cell, count(*), min(x), max(x) FROM (SELECT x, CASE WHEN (x BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308) THEN CASE WHEN abs(x) >= (1.18305218616677471e-271) THEN CAST(sign(x) * (floor(abs(x) * power((2.00000000000000000e+00), 6 - floor(ln(abs(x)) * (1.44269504088896339e+00)))) + (floor(ln(abs(x)) * (1.44269504088896339e+00)) + 2047) * (6.40000000000000000e+01)) AS BIGINT) ELSE CAST(sign(x) AS BIGINT) * 67072 END WHEN x IS NULL THEN CASE WHEN given THEN -1 ELSE -5 END WHEN isnan(x) THEN -4 WHEN x > 0 THEN -3 ELSE -2 END AS cell FROM (SELECT CAST(s."a" AS DOUBLE) AS x, s."a" IS NOT NULL AS given FROM t AS s) AS t) AS u GROUP BY cell

-- text as number
TRY_CAST(CAST(s."a" AS VARCHAR) AS DOUBLE)

-- text as boolean
CASE WHEN lower(CAST(s."a" AS VARCHAR)) IN ('true', 't', 'yes', 'y', '1') THEN TRUE WHEN lower(CAST(s."a" AS VARCHAR)) IN ('false', 'f', 'no', 'n', '0') THEN FALSE END

-- text as time
arrow_cast(arrow_cast(TRY_CAST(CAST(s."a" AS VARCHAR) AS TIMESTAMP), 'Timestamp(Microsecond, None)'), 'Int64')
