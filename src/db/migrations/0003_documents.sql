CREATE TABLE "chunks" (
	"owner" text NOT NULL,
	"document_id" text NOT NULL,
	"stage" text NOT NULL,
	"n" integer NOT NULL,
	"text" text NOT NULL,
	"start" integer NOT NULL,
	"end" integer NOT NULL,
	"page" integer NOT NULL,
	"page_end" integer NOT NULL,
	"headings" text[] NOT NULL,
	"language" text NOT NULL,
	"words" "tsvector" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chunks_owner_document_id_stage_n_pk" PRIMARY KEY("owner","document_id","stage","n")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"owner" text NOT NULL,
	"document_id" text NOT NULL,
	"matter" text NOT NULL,
	"name" text NOT NULL,
	"kind" text,
	"size" bigint NOT NULL,
	"sha256" text NOT NULL,
	"file_key" text,
	"text_key" text,
	"refused" jsonb,
	"run_id" text NOT NULL,
	"stage" text,
	"title" text,
	"language" text,
	"pages" integer,
	"characters" integer,
	"chunks" integer,
	"model" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"indexed_at" timestamp with time zone,
	CONSTRAINT "documents_owner_document_id_pk" PRIMARY KEY("owner","document_id")
);
--> statement-breakpoint
CREATE INDEX "chunks_words" ON "chunks" USING gin ("words");--> statement-breakpoint
CREATE UNIQUE INDEX "documents_bytes" ON "documents" USING btree ("owner","matter","sha256");--> statement-breakpoint
CREATE INDEX "documents_newest" ON "documents" USING btree ("owner","created_at","document_id");--> statement-breakpoint
-- Vectors have a place where Postgres knows pgvector; elsewhere documents are searched by words.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE chunk_vectors (
      owner text NOT NULL,
      document_id text NOT NULL,
      stage text NOT NULL,
      n integer NOT NULL,
      model text NOT NULL,
      vector vector(1024) NOT NULL,
      created_at timestamp with time zone DEFAULT now() NOT NULL,
      PRIMARY KEY (owner, document_id, stage, n)
    );
    -- Half of the usual neighbours: an insert costs half, and a search that looks at more of them
    -- (hnsw.ef_search) finds the same.
    CREATE INDEX chunk_vectors_near ON chunk_vectors USING hnsw (vector vector_cosine_ops)
      WITH (m = 8, ef_construction = 64);
  END IF;
END
$$;
