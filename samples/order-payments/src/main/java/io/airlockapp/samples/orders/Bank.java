package io.airlockapp.samples.orders;

import java.math.BigDecimal;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * Client of a bank, which executes at most one transfer for each idempotency key.
 */
@Component
class Bank {

	private final RestClient client;

	Bank(RestClient.Builder builder, @Value("${order-payments.bank.url}") String url) {
		this.client = builder.baseUrl(url).build();
	}

	void transfer(String idempotencyKey, String account, BigDecimal amount) {
		this.client.post()
			.uri("/transfers")
			.header("Idempotency-Key", idempotencyKey)
			.body(new Transfer(account, amount))
			.retrieve()
			.toBodilessEntity();
	}

	/**
	 * Transfer of money.
	 *
	 * @param account the account that receives it
	 * @param amount the amount in euros
	 */
	record Transfer(String account, BigDecimal amount) {

	}

}
