#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The tutorial: payment fails, and inventory is never touched'

curl -X POST "$ORDER_URL/orders/place" -H "Content-Type: application/json" \
  -d "{\"productId\":\"apple\",\"qty\":2,\"amount\":1200,\"failPayment\":true,\"failInventory\":false}"

answered 200 'the saga is over'
undone result COMPENSATED 'everything it may have done is undone'
saga=$(field sagaId)

curl "$ORDER_URL/sagas/$saga"
undone status COMPENSATED 'the saga says so too'
expect step payment 'because of the payment'

curl "$PAYMENT_URL/payments/$saga"
undone status VOIDED 'nothing stays charged'

curl "$INVENTORY_URL/inventory/$saga"
answered 404 'inventory never heard of it'
