#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'Bad input gets an answer that names the field, and nothing is stored'
json='Content-Type: application/json'

curl "$ORDER_URL/orders?limit=1"
newest=$(field id)

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"quantity": 1, "price": 100}'
refused 400 '"field":"itemName"' 'an order of nothing'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": 0, "price": 100}'
refused 400 '"field":"quantity"' 'none of it'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": 1.5, "price": 100}'
refused 400 '"field":"quantity"' 'one and a half'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": 1, "price": -1}'
refused 400 '"field":"price"' 'a price below zero'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": 1, "price": 9.999}'
refused 400 '"field":"price"' 'a price with three decimals'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": 1, "price": "100"}'
refused 400 '"field":"price"' 'a price that is a string'

curl -X POST "$ORDER_URL/orders/place" -H "$json" -d '{"productId": "apple", "qty": "2", "amount": 1200}'
refused 400 '"field":"qty"' 'the tutorial is checked too'

curl -X POST "$ORDER_URL/orders" -H "$json" -d '{"itemName": "apple", "quantity": NaN, "price": 100}'
refused 400 malformed-request 'a body that is no JSON'

curl -X POST "$ORDER_URL/orders" -H "Content-Type: text/plain" -d '{"itemName": "apple", "quantity": 1, "price": 100}'
refused 415 unsupported-media-type 'a body that does not call itself JSON'

curl -X POST "$ORDER_URL/orders" -H "$json" -d "{\"itemName\": \"$(printf '%20000s' apple)\", \"quantity\": 1, \"price\": 100}"
refused 413 payload-too-large 'a body over 16 kB'

curl "$ORDER_URL/orders/not-a-uuid"
refused 400 '"field":"id"' 'an id that is none'

curl "$ORDER_URL/orders?limit=1000"
refused 400 '"field":"limit"' 'a page that is too long'

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" -d "{\"sagaId\": \"$(fresh_id)\", \"orderId\": \"1\", \"amount\": 0}"
refused 400 '"field":"amount"' 'payment checks what it is sent'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" -d '{"sagaId": "1", "productId": "apple", "quantity": 1}'
refused 400 '"field":"sagaId"' 'and so does inventory'

curl "$ORDER_URL/orders?limit=1"
expect id "$newest" 'the newest order is the one from before'
