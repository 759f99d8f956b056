/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockConsentAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDndAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a guarded method, which tells how often that ran. It is closed
 * after each test.
 */
final class PayoutApplication implements AfterEachCallback {

	private static final Class<?>[] AUTO_CONFIGURATIONS = Configurations
		.getClasses(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
				AirlockConsentAutoConfiguration.class, AirlockDndAutoConfiguration.class,
				AirlockPresenceAutoConfiguration.class, AirlockActuatorAutoConfiguration.class,
				HttpClientAutoConfiguration.class, RestClientAutoConfiguration.class, JacksonAutoConfiguration.class,
				SslAutoConfiguration.class));

	private AnnotationConfigApplicationContext context;

	/**
	 * Start the application.
	 * @param simulator the gateway and its approver
	 * @param properties more properties
	 */
	void start(AirlockSimulator simulator, String... properties) {
		startAt(simulator.baseUrl(), simulator, properties);
	}

	/**
	 * Start the application.
	 * @param baseUrl where the application finds the gateway
	 * @param simulator the gateway and its approver
	 * @param properties more properties
	 */
	void startAt(String baseUrl, AirlockSimulator simulator, String... properties) {
		startWith(Plain.class, baseUrl, simulator, properties);
	}

	/**
	 * Start the application.
	 * @param configuration more beans
	 * @param baseUrl where the application finds the gateway
	 * @param simulator the gateway and its approver
	 * @param properties more properties
	 */
	void startWith(Class<?> configuration, String baseUrl, AirlockSimulator simulator, String... properties) {
		Map<String, String> all = new LinkedHashMap<>(simulator.properties());
		all.put("airlock.gateway.base-url", baseUrl);
		all.put("airlock.gateway.presence.enabled", "false");
		all.put("airlock.gateway.approval.timeout", "20s");
		all.put("airlock.gateway.rate-limit.requests", "100000");
		for (String property : properties) {
			String[] pair = property.split("=", 2);
			all.put(pair[0], pair[1]);
		}
		this.context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(all).applyTo(this.context);
		this.context.register(configuration, Payouts.class);
		this.context.register(AUTO_CONFIGURATIONS);
		this.context.refresh();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	AirlockGatewayTemplate template() {
		return bean(AirlockGatewayTemplate.class);
	}

	Payouts payouts() {
		return bean(Payouts.class);
	}

	/**
	 * Call the guarded method in a thread of its own.
	 * @return what comes of it
	 */
	CompletableFuture<Void> call() {
		return call("order-1");
	}

	CompletableFuture<Void> call(String order) {
		return call(payouts(), order);
	}

	CompletableFuture<Void> call(Payouts payouts, String order) {
		CompletableFuture<Void> result = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				payouts.payOut(order);
				result.complete(null);
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		}, "caller");
		caller.setDaemon(true);
		caller.start();
		return result;
	}

	/**
	 * Call the guarded method for a number of orders.
	 */
	List<CompletableFuture<Void>> calls(int number) {
		return IntStream.range(0, number).mapToObj((i) -> call("order-" + i)).toList();
	}

	/**
	 * Call the guarded method and wait for its end.
	 */
	void callAndAssertRun() {
		assertRuns(call());
	}

	void assertRuns(CompletableFuture<Void> call) {
		assertThat(outcome(call)).isNull();
		assertThat(payouts().orders()).hasSize(1);
	}

	/**
	 * Call the guarded method, which must not run.
	 * @return why it did not
	 */
	Throwable callAndAssertDenied() {
		return assertDenied(call());
	}

	Throwable assertDenied(CompletableFuture<Void> call) {
		Throwable failure = outcome(call);
		assertThat(payouts().orders()).isEmpty();
		assertThat(failure).isNotNull();
		return failure;
	}

	/**
	 * Wait for the end of a call.
	 * @return what it threw, or {@code null}
	 */
	static Throwable outcome(CompletableFuture<Void> call) {
		return outcome(call, Duration.ofSeconds(30));
	}

	static Throwable outcome(CompletableFuture<Void> call, Duration timeout) {
		try {
			call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			return null;
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Override
	public void afterEach(ExtensionContext extensionContext) {
		close();
	}

	/**
	 * An application without more beans.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Plain {

	}

	static class Payouts {

		private final List<String> orders = new CopyOnWriteArrayList<>();

		List<String> orders() {
			return new ArrayList<>(this.orders);
		}

		@RequiresAirlockApproval(value = "Pay out", description = "Pay out order #{#order}")
		void payOut(String order) {
			this.orders.add(order);
		}

		@RequiresAirlockApproval("Transfer")
		void transfer(String order, @AirlockSensitive String pin) {
			this.orders.add(order + ":" + pin);
		}

		@RequiresAirlockApproval("Refund all")
		void refundAll(List<String> all) {
			this.orders.addAll(all);
		}

		@RequiresAirlockApproval("Pay out all")
		void payOutAll(List<String> all) {
			this.orders.addAll(all);
		}

	}

}
