CREATE TABLE products (
  id text PRIMARY KEY,
  available integer NOT NULL CHECK (available >= 0)
);
CREATE TABLE reservations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  saga_id uuid NOT NULL UNIQUE,
  product_id text NOT NULL REFERENCES products (id),
  quantity integer NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
