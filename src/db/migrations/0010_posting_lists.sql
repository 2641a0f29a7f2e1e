ALTER TABLE "postings" ADD COLUMN "words" text;--> statement-breakpoint
-- Lists filter by the facets, which stay in the row: long texts move out of it first.
ALTER TABLE "postings" ALTER COLUMN "facets" SET STORAGE MAIN;--> statement-breakpoint
-- On a large database, make these indexes beforehand and CONCURRENTLY under the same names (docs/OPERATIONS.md).
CREATE INDEX IF NOT EXISTS "postings_newest" ON "postings" USING btree ("owner",(least("posted_at", "first_seen_at")) DESC,"company","external_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "postings_changed" ON "postings" USING btree ("owner","changed_at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "postings_closing" ON "postings" USING btree ("owner",(least("closed_at", "valid_through"))) WHERE least("postings"."closed_at", "postings"."valid_through") IS NOT NULL;--> statement-breakpoint
-- With btree_gin an index of words begins with the owner as all others do. Without it the words of all owners are
-- looked up together. A tsvector in place of the words costs a new posting three times as much in the embedded Postgres.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gin') THEN
    CREATE EXTENSION IF NOT EXISTS btree_gin;
    CREATE INDEX IF NOT EXISTS postings_facets ON postings USING gin (owner, facets);
    CREATE INDEX IF NOT EXISTS postings_words ON postings USING gin (owner, string_to_array(words, ' '))
      WITH (gin_pending_list_limit = 16384);
  ELSE
    CREATE INDEX IF NOT EXISTS postings_facets ON postings USING gin (facets);
    CREATE INDEX IF NOT EXISTS postings_words ON postings USING gin (string_to_array(words, ' '))
      WITH (gin_pending_list_limit = 16384);
  END IF;
END
$$;
