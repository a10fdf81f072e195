#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The tutorial: inventory fails, and the payment is refunded'

curl -X POST "$ORDER_URL/orders/place" -H "Content-Type: application/json" \
  -d "{\"productId\":\"apple\",\"qty\":2,\"amount\":1200,\"failPayment\":false,\"failInventory\":true}"

answered 200 'the saga is over'
undone result COMPENSATED 'everything it did is undone'
saga=$(field sagaId)

curl "$ORDER_URL/sagas/$saga"
undone status COMPENSATED 'the saga says so too'
expect step inventory 'because of the inventory'
shows '"compensationFailures":[]' 'no compensation failed'

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'the customer has the money back'

curl "$INVENTORY_URL/inventory/$saga"
undone status VOIDED 'nothing is reserved, and nothing can be any more'
