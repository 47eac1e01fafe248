-- Lower case for searching, by Unicode's simple mapping where the server has it (17 and later),
-- else by ICU, else as the database's own language has it.
DO $migration$
DECLARE
  chosen text;
BEGIN
  SELECT collname INTO chosen
  FROM pg_collation
  WHERE collnamespace = 'pg_catalog'::regnamespace
    AND collname IN ('pg_c_utf8', 'und-x-icu', 'default')
  ORDER BY array_position(ARRAY['pg_c_utf8', 'und-x-icu', 'default'], collname::text)
  LIMIT 1;
  EXECUTE format(
    'CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
     RETURN lower(value COLLATE pg_catalog.%I)', chosen);
END
$migration$;
