/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.store.PairingStore;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A running application that knows a gateway and who it is, and keeps its pairings in a
 * store.
 */
final class PairableApplication implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private PairableApplication() {
	}

	static PairableApplication start(String baseUrl, String pat, PairingStore store, String... properties) {
		return start(baseUrl, pat, store, (context) -> {
		}, properties);
	}

	static PairableApplication start(AirlockSimulator simulator, PairingStore store, String... properties) {
		return start(simulator.baseUrl(), simulator.pat(), store, properties);
	}

	static PairableApplication start(String baseUrl, String pat, PairingStore store,
			Consumer<AnnotationConfigApplicationContext> customizer, String... properties) {
		PairableApplication application = new PairableApplication();
		List<String> all = new ArrayList<>(
				List.of("airlock.gateway.base-url=" + baseUrl, "airlock.gateway.auth.pat=" + pat,
						"airlock.gateway.pairing.poll-interval=1s", GuardedApplication.NO_RATE_LIMIT));
		all.addAll(List.of(properties));
		TestPropertyValues.of(all).applyTo(application.context);
		application.context.registerBean(PairingStore.class, () -> store);
		application.context.register(Application.class);
		customizer.accept(application.context);
		application.context.refresh();
		return application;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	Vault vault() {
		return bean(Vault.class);
	}

	PairingManager manager() {
		return bean(PairingManager.class);
	}

	PairingInfo status() {
		return manager().getStatus(Pairing.DEFAULT_NAME);
	}

	void awaitPaired() {
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(status().state()).as("%s", status()).isEqualTo(State.PAIRED));
	}

	void awaitPairedAndClose() {
		try (this) {
			awaitPaired();
		}
	}

	List<PairingChangedEvent> events() {
		return bean(Listener.class).events;
	}

	/**
	 * Ask for the vault to be opened, approve it, and assert that it is.
	 */
	void assertOpensWhenApproved(AirlockSimulator simulator) throws Exception {
		CompletableFuture<String> result = CompletableFuture.supplyAsync(vault()::open);
		simulator.approve(simulator.awaitPending().requestId());
		assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("open");
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AirlockGatewayAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
			AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class })
	@Import({ Vault.class, Listener.class })
	static class Application {

	}

	static class Vault {

		@RequiresAirlockApproval("Open the vault")
		public String open() {
			return "open";
		}

		@RequiresAirlockApproval(value = "Pay", pairing = "finance")
		public String pay() {
			return "paid";
		}

	}

	static class Listener {

		private final List<PairingChangedEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void changed(PairingChangedEvent event) {
			this.events.add(event);
		}

	}

}
