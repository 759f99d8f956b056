/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests that no bean of the application answers in place of a person.
 */
class ReplacedOperationsTests extends SimulatorTests {

	@Override
	AirlockSimulator startSimulator() {
		return AirlockSimulator.builder()
			.decideAutomatically((request) -> "Payments.pay(payee=ann, amount=5)".equals(request.commandText())
					? SimulatedDecision.approve() : SimulatedDecision.reject("no"))
			.start();
	}

	@Test
	void cacheAroundTheOperationsDecidesNothing() {
		run(CachingAspect.class);
	}

	@Test
	void operationsThatApproveEverythingDecideNothing() {
		run(ReplacedOperations.class);
	}

	private void run(Class<?> configuration) {
		ApplicationContextRunner runner = SimulatedApplications.runner(this.simulator, configuration);
		runner.run((context) -> {
			AirlockGatewayOperations operations = context.getBean(AirlockGatewayOperations.class);
			ApprovalRequest request = ApprovalRequest.builder("Pay", "Payments.pay(payee=ann, amount=5)").build();
			assertThat(operations.requestApproval(request)).isSameAs(operations.requestApproval(request));
			Payments payments = context.getBean(Payments.class);
			payments.pay("ann", 5);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payments.pay("eve", 1_000_000));
			assertThat(payments.paid()).containsExactly("ann 5");
			assertThat(this.simulator.history()).hasSize(3);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Payments.class)
	static class CachingAspect {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultPointcutAdvisor cachingAdvisor() {
			Map<String, Object> cache = new ConcurrentHashMap<>();
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setMappedNames("requestApproval", "request");
			return new DefaultPointcutAdvisor(pointcut, (MethodInterceptor) (invocation) -> {
				String label = ((ApprovalRequest) invocation.getArguments()[0]).getLabel();
				Object cached = cache.get(label);
				if (cached == null) {
					cached = invocation.proceed();
					cache.put(label, cached);
				}
				return cached;
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Payments.class)
	static class ReplacedOperations {

		@Bean
		static BeanPostProcessor replacing() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof AirlockGatewayOperations operations) ? caching(operations) : bean;
				}

			};
		}

		private static AirlockGatewayOperations caching(AirlockGatewayOperations operations) {
			AirlockGatewayOperations caching = mock(AirlockGatewayOperations.class, delegatesTo(operations));
			ApprovalDecision[] first = new ApprovalDecision[1];
			doAnswer((call) -> {
				if (first[0] == null) {
					first[0] = operations.requestApproval(call.getArgument(0));
				}
				return first[0];
			}).when(caching).requestApproval(any());
			return caching;
		}

	}

	static class Payments {

		private final List<String> paid = new ArrayList<>();

		@RequiresAirlockApproval("Pay")
		public void pay(String payee, long amount) {
			this.paid.add(payee + " " + amount);
		}

		public List<String> paid() {
			return this.paid;
		}

	}

}
