package io.airlockapp.samples.orders;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

/**
 * Repository of orders.
 */
@Repository
class OrderRepository {

	private final JdbcClient jdbc;

	OrderRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Insert an open order.
	 * @return the number of the order
	 */
	long insert(String customer, BigDecimal amount, String account) {
		GeneratedKeyHolder keys = new GeneratedKeyHolder();
		this.jdbc.sql("INSERT INTO ORDERS (CUSTOMER, AMOUNT, ACCOUNT, STATE) VALUES (?, ?, ?, 'OPEN')")
			.params(customer, amount, account)
			.update(keys);
		return (Long) Objects.requireNonNull(Objects.requireNonNull(keys.getKeys()).get("ID"));
	}

	void setRequestId(long id, String requestId) {
		this.jdbc.sql("UPDATE ORDERS SET REQUEST_ID = ? WHERE ID = ?").params(requestId, id).update();
	}

	/**
	 * Mark an order as paid, unless it is no longer open.
	 * @return whether the order was open
	 */
	boolean markPaid(long id) {
		return this.jdbc.sql("UPDATE ORDERS SET STATE = 'PAID' WHERE ID = ? AND STATE = 'OPEN'")
			.param(id)
			.update() == 1;
	}

	/**
	 * Close the order of a payment that has ended, unless it is no longer open.
	 */
	void close(String requestId, Order.State state, @Nullable String note) {
		this.jdbc.sql("UPDATE ORDERS SET STATE = :state, NOTE = :note WHERE REQUEST_ID = :requestId AND STATE = 'OPEN'")
			.param("state", state.name())
			.param("note", note)
			.param("requestId", requestId)
			.update();
	}

	/**
	 * Return the newest orders.
	 */
	List<Order> findNewest(int limit) {
		return this.jdbc.sql("SELECT * FROM ORDERS ORDER BY ID DESC LIMIT ?").param(limit).query(Order.class).list();
	}

}
