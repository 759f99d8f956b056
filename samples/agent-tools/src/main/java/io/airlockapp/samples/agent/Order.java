package io.airlockapp.samples.agent;

import java.math.BigDecimal;

/**
 * Order of a customer.
 *
 * @param number its number
 * @param item the item that was ordered
 * @param paid the amount that was paid
 * @param refunded the amount that was refunded
 */
public record Order(long number, String item, BigDecimal paid, BigDecimal refunded) {

	Order refund(BigDecimal amount) {
		return new Order(this.number, this.item, this.paid, this.refunded.add(amount));
	}

}
