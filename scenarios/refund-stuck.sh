#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The refund fails for good: the saga is stuck until a person retries it'

switch "$PAYMENT_URL/faults/refund" '{"mode": "error"}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "phone", "quantity": 1, "price": 700, "failInventory": true}'
undone status CANCELLED 'inventory failed: the order is cancelled'
saga=$(field sagaId)

until_over "$saga"
expect status COMPENSATION_STUCK 'after its last attempt the saga is stuck'

curl "$ORDER_URL/sagas?status=COMPENSATION_STUCK"
shows "$saga" 'the person on call finds it'

books_balance

switches_off
curl -X POST "$ORDER_URL/sagas/$saga/retry"
answered 202 'when payment is well again, the person retries it'

until_over "$saga"
undone status COMPENSATED 'the refund works'

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'the customer has the money back'

books_balance
