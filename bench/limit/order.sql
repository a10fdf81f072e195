-- The least durable work of one order: four commits, one after the other, because each has to be safe before the next
-- may happen, and no row beyond those that say what happened. No program, no HTTP, no saga: what is left is Postgres.
\set product random(1, 100)
INSERT INTO orders (product, completed) VALUES (:product, false) RETURNING id \gset
INSERT INTO payments VALUES (:id, 1000);
WITH reserved AS (INSERT INTO reservations VALUES (:id, :product) RETURNING product)
UPDATE products SET available = available - 1 FROM reserved WHERE products.id = reserved.product;
UPDATE orders SET completed = true WHERE id = :id;
