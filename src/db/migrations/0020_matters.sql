CREATE TABLE "matters" (
	"owner" text NOT NULL,
	"matter_id" text DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"group" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "matters_owner_matter_id_pk" PRIMARY KEY("owner","matter_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "matters_group" ON "matters" USING btree ("owner","group");--> statement-breakpoint
CREATE UNIQUE INDEX "matters_name" ON "matters" USING btree ("owner","name");--> statement-breakpoint
-- Adds the row of a matter with the first documents that are put into it: a Worker of an earlier version knows no matters,
-- and a matter may have been removed since its row was read. The lock lets a removal of the matter wait for the documents.
CREATE FUNCTION add_matters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM matters JOIN (SELECT DISTINCT owner, matter FROM added) AS given
    ON matters.owner = given.owner AND matters."group" = given.matter
    ORDER BY matters."group" FOR KEY SHARE OF matters;
  INSERT INTO matters (owner, "group", name)
  SELECT given.owner, given.matter, CASE
    WHEN EXISTS (SELECT 1 FROM matters AS other WHERE other.owner = given.owner AND other.name = given.matter)
    THEN left(given.matter, 90) || ' ' || left(gen_random_uuid()::text, 8) ELSE given.matter END
  FROM (SELECT DISTINCT owner, matter FROM added) AS given
  WHERE NOT EXISTS (
    SELECT 1 FROM matters AS kept WHERE kept.owner = given.owner AND kept."group" = given.matter)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER documents_add_matters AFTER INSERT ON "documents" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION add_matters();--> statement-breakpoint
INSERT INTO "matters" ("owner", "group", "name", "created_at")
SELECT "owner", "matter", "matter", min("created_at") FROM "documents" GROUP BY "owner", "matter"
ON CONFLICT DO NOTHING;
