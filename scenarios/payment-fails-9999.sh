#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'A price of 9999 makes payment answer 500, and the order is cancelled'

curl -X POST "$ORDER_URL/orders/" \
     -H "Content-Type: application/json" \
     -d '{"item_name": "Bomb", "quantity": 1, "price": 9999}'

answered 201 'the order is recorded'
undone status CANCELLED 'the order is cancelled'
expect step payment 'because of the payment'
expect outcome unknown 'a 500 does not tell whether it was charged'
saga=$(field sagaId)

curl "$ORDER_URL/sagas/$saga"
undone status COMPENSATED 'so its saga is compensated'
shows '"name":"payment","status":"COMPENSATED"' 'the payment in doubt included'
shows '"name":"inventory","status":"NOT_CALLED"' 'inventory was never called'

curl "$PAYMENT_URL/payments/$saga"
undone status VOIDED 'nothing is charged, and nothing can be any more'
