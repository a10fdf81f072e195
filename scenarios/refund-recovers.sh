#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The refund fails twice, then works'

switch "$PAYMENT_URL/faults/refund" '{"mode": "unavailable", "times": 2}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "lamp", "quantity": 1, "price": 45, "failInventory": true}'
undone status CANCELLED 'inventory failed: the order is cancelled'
saga=$(field sagaId)

until_over "$saga"
undone status COMPENSATED 'the refund was tried until it worked'
shows '"compensationFailures":[{"step":"payment","attempt":1' 'the first failure is on record'
shows '{"step":"payment","attempt":2' 'and the second'

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'the customer has the money back'

books_balance
