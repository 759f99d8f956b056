package io.airlockapp.samples.agent;

import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * In-memory repository of the orders.
 */
@Component
class Orders {

	private final Map<Long, Order> orders = new ConcurrentHashMap<>();

	Orders() {
		for (long number = 40; number < 50; number++) {
			this.orders.put(number, new Order(number, "Espresso machine", new BigDecimal("129.95"), BigDecimal.ZERO));
		}
	}

	Order find(long number) {
		Order order = this.orders.get(number);
		if (order == null) {
			throw new IllegalArgumentException("There is no order %d".formatted(number));
		}
		return order;
	}

	/**
	 * Refund a part of an order. A real application would move money here.
	 */
	synchronized Order refund(long number, BigDecimal amount) {
		Order refunded = find(number).refund(amount);
		this.orders.put(number, refunded);
		return refunded;
	}

}
