-- The groups and the labels of a run as words, for an index. A view without groups or labels, or a damaged one, has
-- none of these words.
CREATE FUNCTION run_tags(view jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(tag), '{}') FROM (
    SELECT 'g:' || (one->>'key') FROM jsonb_array_elements(
      jsonb_path_query_array(view, '$.groups.keyvalue()', '{}', true)) AS one
    UNION ALL SELECT unnest(ARRAY['l:' || (one->>'key'), 'l:' || (one->>'key') || ':' || (one->>'value')])
    FROM jsonb_array_elements(jsonb_path_query_array(view, '$.labels.keyvalue()', '{}', true)) AS one
  ) AS tags (tag)
$$;--> statement-breakpoint
DROP INDEX "runs_newest";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "title" text GENERATED ALWAYS AS (lower(left(coalesce(view->>'name', view#>>'{subject,title}'), 200))) STORED;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "with_problems" boolean GENERATED ALWAYS AS (status = 'finished' AND jsonb_path_exists(view, '$.snapshot ? (@.failed > 0 || @.groups_failed > 0)')) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_with_problems" ON "runs" USING btree ("owner","created_at","run_id") WHERE "runs"."with_problems";--> statement-breakpoint
-- With btree_gin the index begins with the owner as all others do. Without it the tags of all owners are read
-- together.
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gin') THEN
    CREATE INDEX runs_by_tag ON runs USING gin (owner, run_tags(view));
  ELSE
    CREATE INDEX runs_by_tag ON runs USING gin (run_tags(view));
  END IF;
END $$;--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("owner","created_at","run_id","status","with_problems","pipeline","ended_at","title");