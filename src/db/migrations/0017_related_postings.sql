ALTER TABLE "postings" ADD COLUMN "likeness" integer[];--> statement-breakpoint
-- Six or seven short keys a posting. They stay in the row, and enter the index in batches.
ALTER TABLE "postings" ALTER COLUMN "likeness" SET STORAGE MAIN;--> statement-breakpoint
-- On a large database, make this index beforehand and CONCURRENTLY under the same name (docs/OPERATIONS.md).
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gin') THEN
    CREATE INDEX IF NOT EXISTS postings_alike ON postings USING gin (owner, likeness);
  ELSE
    CREATE INDEX IF NOT EXISTS postings_alike ON postings USING gin (likeness);
  END IF;
END
$$;
