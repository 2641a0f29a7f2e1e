CREATE TABLE "attachments" (
	"owner" text NOT NULL,
	"parent_id" text NOT NULL,
	"document_id" text NOT NULL,
	"place" integer NOT NULL,
	CONSTRAINT "attachments_owner_parent_id_document_id_pk" PRIMARY KEY("owner","parent_id","document_id")
);
--> statement-breakpoint
CREATE INDEX "attachments_document" ON "attachments" USING btree ("owner","document_id");