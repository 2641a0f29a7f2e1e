CREATE TABLE "fences" (
	"owner" text NOT NULL,
	"run_id" text NOT NULL,
	"task_id" text NOT NULL,
	CONSTRAINT "fences_owner_run_id_pk" PRIMARY KEY("owner","run_id")
);
--> statement-breakpoint
CREATE TABLE "removals" (
	"owner" text NOT NULL,
	"task_id" text NOT NULL,
	"part" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "removals_owner_task_id_part_pk" PRIMARY KEY("owner","task_id","part")
);
--> statement-breakpoint
CREATE INDEX "run_jobs_failed" ON "run_jobs" USING btree ("owner",("error"->>'code'),"updated_at") WHERE "run_jobs"."status" = 'failed';--> statement-breakpoint
-- A run whose deletion has begun gets no row any more, whichever version of the Worker writes it. The statements that write
-- many rows of a run ask for the fence themselves, once in a statement.
CREATE FUNCTION keep_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fences WHERE fences.owner = NEW.owner AND fences.run_id = NEW.run_id) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER runs_keep_deleted BEFORE INSERT ON "runs" FOR EACH ROW EXECUTE FUNCTION keep_deleted();--> statement-breakpoint
CREATE TRIGGER visits_keep_deleted BEFORE INSERT ON "visits" FOR EACH ROW EXECUTE FUNCTION keep_deleted();
