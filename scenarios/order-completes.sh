#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'A normal order completes'

curl -X POST "$ORDER_URL/orders/" \
 -H "Content-Type: application/json" \
 -d '{"item_name": "Apple", "quantity": 1, "price": 100}'

answered 201 'the order is recorded'
expect status COMPLETED 'the order is completed'
order=$(field id) saga=$(field sagaId)

curl "$ORDER_URL/orders/$order"
expect status COMPLETED 'and stays so'

curl "$ORDER_URL/sagas/$saga"
expect status COMPLETED 'its saga is completed'

curl "$PAYMENT_URL/payments/$saga"
expect status CHARGED 'the customer is charged'
expect amount 100 'exactly the price'

curl "$INVENTORY_URL/inventory/$saga"
expect status RESERVED 'the apple is reserved'
