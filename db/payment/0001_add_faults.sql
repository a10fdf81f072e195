CREATE TABLE "faults" (
	"name" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"remaining" integer,
	"delay_ms" integer NOT NULL
);
