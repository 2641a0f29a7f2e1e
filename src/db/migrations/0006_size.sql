-- On a large database, make these indexes beforehand and CONCURRENTLY under the same names (docs/OPERATIONS.md).
CREATE INDEX IF NOT EXISTS "postings_by_status" ON "postings" USING btree ("owner","status","company","external_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "run_jobs_place" ON "run_jobs" USING btree ("owner","run_id","group_ord","n") WHERE "run_jobs"."group_ord" IS NOT NULL;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "run_jobs_unready" ON "run_jobs" USING btree ("owner","run_id","status","group_ord","n") WHERE "run_jobs"."group_ord" IS NOT NULL AND "run_jobs"."status" <> 'ready';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "runs_by_status" ON "runs" USING btree ("owner","status","created_at","run_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "runs_by_pipeline" ON "runs" USING btree ("owner","pipeline","created_at","run_id");--> statement-breakpoint
-- With btree_gin an index for words begins with the owner as all others do. Without it the words of all owners
-- are looked up together, as before.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gin') THEN
    CREATE EXTENSION IF NOT EXISTS btree_gin;
    CREATE INDEX IF NOT EXISTS chunks_words_of_owner ON chunks USING gin (owner, words);
    DROP INDEX IF EXISTS chunks_words;
    IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE INDEX IF NOT EXISTS postings_title ON postings USING gin (owner, title gin_trgm_ops)
        WITH (gin_pending_list_limit = 1024);
    END IF;
  END IF;
END
$$;--> statement-breakpoint
-- Half precision halves the index of vectors. pgvector has it from 0.7 on. The embedded Postgres converts each
-- number in software, 50 ms a row, and keeps the index in full precision.
DO $$
BEGIN
  IF to_regclass('chunk_vectors') IS NOT NULL AND to_regtype('halfvec') IS NOT NULL
    AND version() NOT LIKE '%wasm%' THEN
    CREATE INDEX IF NOT EXISTS chunk_vectors_near_half ON chunk_vectors
      USING hnsw ((vector::halfvec(1024)) halfvec_cosine_ops) WITH (m = 8, ef_construction = 64);
    DROP INDEX IF EXISTS chunk_vectors_near;
  END IF;
END
$$;
