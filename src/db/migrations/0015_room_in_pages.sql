-- A visit of an unchanged posting writes a few short columns, which are in no index. If the new version of the row finds
-- room in its page, Postgres touches no index. All postings of a page are visited at once, so half of each page stays
-- free. Pages that are full empty by themselves as their rows are written again.
ALTER TABLE "postings" SET (fillfactor = 50);
