CREATE TYPE "public"."reservation_status" AS ENUM('RESERVED', 'RELEASED', 'VOIDED');--> statement-breakpoint
CREATE TABLE "products" (
	"id" text PRIMARY KEY NOT NULL,
	"available" bigint NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	"stocked" bigint NOT NULL,
	CONSTRAINT "products_never_oversold" CHECK ("products"."available" >= 0 AND "products"."reserved" >= 0),
	CONSTRAINT "products_stock_conserved" CHECK ("products"."stocked" = "products"."available" + "products"."reserved")
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"saga_id" uuid PRIMARY KEY NOT NULL,
	"status" "reservation_status" NOT NULL,
	"product_id" text,
	"quantity" integer,
	"reservation_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reservations_reservation_id_unique" UNIQUE("reservation_id"),
	CONSTRAINT "reservations_quantity_positive" CHECK ("reservations"."quantity" > 0),
	CONSTRAINT "reservations_voided_knows_nothing" CHECK (num_nulls("reservations"."product_id", "reservations"."quantity", "reservations"."reservation_id") = CASE WHEN "reservations"."status" = 'VOIDED' THEN 3 ELSE 0 END)
);
--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;