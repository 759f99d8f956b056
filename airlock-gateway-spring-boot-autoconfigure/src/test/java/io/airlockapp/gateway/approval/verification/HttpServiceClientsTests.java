/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the registry of HTTP service clients hands out no client past its guard.
 */
class HttpServiceClientsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withUserConfiguration(Clients.class)
		.withBean(ApprovalGate.class, () -> (call) -> {
			throw new ApprovalUnavailableException("No", null, null);
		});

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void clientOfRegistryIsGuardedBean(boolean lazy) {
		this.contextRunner.withInitializer((context) -> context.addBeanFactoryPostProcessor(
				(beanFactory) -> beanFactory.getBeanDefinition("bank#" + PayClient.class.getName()).setLazyInit(lazy)))
			.run((context) -> {
				HttpServiceProxyRegistry registry = context.getBean(HttpServiceProxyRegistry.class);
				assertDenies(registry.getClient(PayClient.class));
				assertDenies(registry.getClient("bank", PayClient.class));
				assertThat(registry.getClient(PayClient.class)).isSameAs(context.getBean(PayClient.class));
			});
	}

	@Test
	void clientInjectedAtStartIsGuarded() {
		this.contextRunner.withBean(Desk.class).run((context) -> assertDenies(context.getBean(Desk.class).client));
	}

	@Test
	void inheritedMethodIsNamedByTheClient() {
		List<String> asked = new ArrayList<>();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withUserConfiguration(InheritingClients.class)
			.withBean(ApprovalGate.class, () -> (call) -> {
				asked.add(call.toRequest().getCommandText());
				asked.add(call.toRequest().getLabel());
				throw new ApprovalUnavailableException(call.toString(), null, null);
			})
			.run((context) -> {
				assertThatExceptionOfType(ApprovalUnavailableException.class)
					.isThrownBy(() -> context.getBean(AccountClient.class).delete(new Account(6)))
					.withMessage("AccountClient.delete");
				assertThatExceptionOfType(ApprovalUnavailableException.class)
					.isThrownBy(() -> context.getBean(InvoiceClient.class).delete(new Invoice(6)))
					.withMessage("InvoiceClient.delete");
				assertThat(asked).containsExactly("AccountClient.delete(what={id=6})", "AccountClient.delete",
						"InvoiceClient.delete(what={id=6})", "InvoiceClient.delete");
			});
	}

	@Test
	void unguardedClientIsNotReplaced() {
		this.contextRunner.run((context) -> {
			HttpServiceProxyRegistry registry = context.getBean(HttpServiceProxyRegistry.class);
			assertThat(registry.getClient(LookClient.class)).isSameAs(registry.getClient("bank", LookClient.class));
			assertThat(registry.getGroupNames()).containsExactly("bank");
			assertThat(registry.getClientTypesInGroup("bank")).containsExactlyInAnyOrder(PayClient.class,
					LookClient.class);
		});
	}

	@Test
	void startsWithoutTheRegistry() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(HttpServiceProxyRegistry.class))
			.run((ApplicationContext context) -> assertThat(context.getBeanNamesForType(ApprovalGate.class))
				.hasSize(1));
	}

	private static void assertDenies(PayClient client) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(client::pay);
	}

	interface PayClient {

		@PostExchange("http://localhost:1/pay")
		@RequiresAirlockApproval
		void pay();

	}

	interface LookClient {

		@GetExchange("http://localhost:1/look")
		String look();

	}

	interface DeletingClient<T> {

		@DeleteExchange("http://localhost:1/delete")
		@RequiresAirlockApproval
		void delete(@RequestBody T what);

	}

	interface AccountClient extends DeletingClient<Account> {

	}

	interface InvoiceClient extends DeletingClient<Invoice> {

	}

	record Account(int id) {
	}

	record Invoice(int id) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "bank", types = { AccountClient.class, InvoiceClient.class })
	static class InheritingClients {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "bank", types = { PayClient.class, LookClient.class })
	static class Clients {

	}

	@Component
	@Lazy(false)
	static class Desk {

		private final PayClient client;

		Desk(HttpServiceProxyRegistry registry) {
			this.client = registry.getClient(PayClient.class);
		}

	}

}
