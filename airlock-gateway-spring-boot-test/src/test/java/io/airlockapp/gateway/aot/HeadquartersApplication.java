/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.aot;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * An application whose guarded beans are a configuration, and one that a registrar
 * registers, also where no class can be defined.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ HeadquartersApplication.Offices.class, HeadquartersApplication.Tills.class })
class HeadquartersApplication {

	public static void main(String[] args) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(HeadquartersApplication.class)
			.web(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = builder.run(args)) {
			System.out.printf("calls of bean methods: %s%n",
					context.getBean(Desk.class).counter() == context.getBean(Counter.class));
			BankApplication.call("configuration", context.getBean(Offices.class)::move);
			BankApplication.call("registered", context.getBean(Till.class)::open);
			BankApplication.call("itself", context.getBean(Till.class)::openItself);
			BankApplication.call("bean method", context.getBean(Desk.class).counter()::count);
		}
	}

	@Configuration
	static class Offices {

		@RequiresAirlockApproval("Move")
		public String move(String account) {
			return BankApplication.run(account);
		}

		@Bean
		Counter counter() {
			return new Counter();
		}

		@Bean
		Desk desk() {
			return new Desk(counter());
		}

	}

	static class Counter {

		@RequiresAirlockApproval("Count")
		public String count(String account) {
			return BankApplication.run(account);
		}

	}

	record Desk(Counter counter) {
	}

	static class Till {

		@RequiresAirlockApproval("Open till")
		public String open(String account) {
			return BankApplication.run(account);
		}

		public String openItself(String account) {
			return open(account);
		}

	}

	static class Tills implements BeanRegistrar {

		@Override
		public void register(BeanRegistry registry, Environment environment) {
			registry.registerBean("till", Till.class);
		}

	}

}
