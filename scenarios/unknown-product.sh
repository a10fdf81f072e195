#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'Nobody sells a perpetuum mobile, so the customer gets the money back'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "perpetuum mobile", "quantity": 1, "price": 250}'

answered 201 'the order is recorded'
undone status CANCELLED 'the order is cancelled'
expect step inventory 'because of the inventory'
expect outcome rejected 'which said no and did nothing'
shows product-not-found 'it knows no such product'
saga=$(field sagaId)

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'the customer has the money back'

curl "$INVENTORY_URL/inventory/$saga"
undone status VOIDED 'nothing is reserved, and nothing can be any more'
