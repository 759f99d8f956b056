/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalEventPublisher;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.guard.AdmittingApprovalGate;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.BypassApprovalGate;
import io.airlockapp.gateway.approval.guard.DenialPublisher;
import io.airlockapp.gateway.approval.guard.DuplicateApprovalGate;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.approval.guard.EnforcingApprovalGate;
import io.airlockapp.gateway.approval.guard.RestingApprovalGate;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import io.airlockapp.gateway.approval.verification.ApprovalProxyVerifier;
import io.airlockapp.gateway.approval.verification.KeptObjectsVerifier;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Limits.Duplicates;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Pause;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.web.context.WebApplicationContext;

/**
 * Auto-configuration for the guard. It is not conditional: with {@code
 * airlock.gateway.enabled=false}, or without any configuration, the guard is present and
 * denies all invocations.
 */
@AutoConfiguration(after = AirlockGatewayAutoConfiguration.class)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
@Import({ AirlockApprovalAutoConfiguration.ProxyRegistrar.class, ApprovalTaskExecutorConfiguration.class })
public final class AirlockApprovalAutoConfiguration {

	private static final String GUARD_VERIFIER = "airlockApprovalGuardVerifier";

	/**
	 * The names of the beans that are created while post-processors are registered, and
	 * whose first parameter is the verifier.
	 */
	private static final List<String> USERS_OF_GUARD_VERIFIER = List.of("airlockApprovalAdvisor",
			"airlockApprovalProxyVerifier", "airlockLastApprovalProxyVerifier", "airlockKeptObjectsVerifier");

	private static final DataSize MIN_SIZE = DataSize.ofKilobytes(1);

	private static final DataSize MAX_SIZE = DataSize.ofMegabytes(1);

	AirlockApprovalAutoConfiguration(Environment environment) {
		new GatewayPropertiesVerifier(environment).verify();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ApprovalAdvisor airlockApprovalAdvisor(ApprovalGuardVerifier guardVerifier,
			ObjectProvider<SnapshotWriter> snapshotWriter, ObjectProvider<AirlockGatewayProperties> properties,
			ObjectProvider<ApprovalGate> gate, ObjectProvider<ApprovalDenialHandler> denialHandler,
			ObjectProvider<DenialPublisher> publisher, ObjectProvider<ApprovalTaskExecutor> threads,
			ObjectProvider<DurableCalls> durableCalls, ObjectProvider<Halt> halt) {
		BeanFactory beanFactory = guardVerifier.getBeanFactory();
		Environment environment = beanFactory.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME,
				Environment.class);
		ApprovalAdvisor advisor = new ApprovalAdvisor(beanFactory, environment, snapshotWriter::getObject,
				gate::getObject, () -> denialHandler.getIfAvailable(ApprovalDenialHandler::throwing),
				publisher::getObject, threads::getObject,
				// Unlike an injected provider, that of the factory does not search all
				// beans again
				beanFactory.getBeanProvider(RequesterSource.class)::getIfAvailable,
				() -> durableCalls(durableCalls, properties.getObject(), environment),
				() -> halt.getIfAvailable(Halt::inMemory));
		// Bind the order alone, since no other bean must be created before advisors
		advisor.setOrder(Binder.get(environment)
			.bind("airlock.gateway.approval.order", Integer.class)
			.orElse(ApprovalAdvisor.DEFAULT_ORDER));
		return advisor;
	}

	@Bean
	SnapshotWriter airlockSnapshotWriter(AirlockGatewayProperties properties, ListableBeanFactory beanFactory,
			ObjectProvider<ArgumentFormatter<?>> formatters) {
		// Also the mappers that are not injected into other beans
		return new SnapshotWriter(
				BeanFactoryUtils.beansOfTypeIncludingAncestors(beanFactory, ObjectMapper.class).values(),
				properties.approval().maxSize(), formatters.orderedStream().toList());
	}

	private static @Nullable DurableCalls durableCalls(ObjectProvider<DurableCalls> durableCalls,
			AirlockGatewayProperties properties, Environment environment) {
		if (properties.approval().mode() == Mode.BYPASS) {
			DurableCalls calls = durableCalls.getIfAvailable();
			return (calls != null) ? new BypassedDurableCalls(calls) : null;
		}
		return durableCalls.getIfAvailable(() -> (proxy, call) -> {
			throw new ApprovalUnavailableException(
					"The call of %s is not recorded. %s".formatted(call, findDurableObstacle(environment)), null, null);
		});
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ApprovalGuardVerifier airlockApprovalGuardVerifier() {
		return new ApprovalGuardVerifier();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ApprovalProxyVerifier airlockApprovalProxyVerifier(ApprovalGuardVerifier guardVerifier) {
		return new ApprovalProxyVerifier(guardVerifier);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ApprovalProxyVerifier.Last airlockLastApprovalProxyVerifier(ApprovalGuardVerifier guardVerifier) {
		return new ApprovalProxyVerifier.Last(guardVerifier);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static KeptObjectsVerifier airlockKeptObjectsVerifier(ApprovalGuardVerifier guardVerifier) {
		return new KeptObjectsVerifier(guardVerifier);
	}

	@Bean
	DenialPublisher airlockDenialPublisher(AirlockGatewayProperties properties,
			ObjectProvider<ApprovalListener> listeners) {
		return new DenialPublisher(ApprovalListener.of(listeners.orderedStream().toList()),
				properties.approval().artifactType());
	}

	@Bean
	@ConditionalOnMissingBean
	ApprovalGate airlockApprovalGate(AirlockGatewayProperties properties, ObjectProvider<AirlockGatewayApi> api,
			@Qualifier("airlockApprovalDependencies") ObjectProvider<ApprovalDependencies> dependenciesProvider,
			ObjectProvider<ApprovalGateDecorator> decorators, DenialPublisher publisher,
			DuplicateApprovalGate.Limit duplicateLimit, ApplicationContext context) {
		if (properties.approval().mode() == Mode.BYPASS) {
			return new BypassApprovalGate();
		}
		DataSize size = properties.approval().maxSize();
		AirlockConfigurationException.throwIf(size.compareTo(MIN_SIZE) < 0 || size.compareTo(MAX_SIZE) > 0,
				"airlock.gateway.approval.max-size", "it is out of range", "Set it to a size from 1KB to 1MB.");
		AirlockGatewayApi endpoints = api.getIfAvailable();
		ApprovalDependencies dependencies = dependenciesProvider.getIfAvailable();
		if (endpoints == null || dependencies == null) {
			String obstacle = findObstacle(context.getEnvironment());
			return (call) -> {
				throw publisher.refused(call, new ApprovalUnavailableException(
						"%s needs an approval. %s".formatted(call, obstacle), null, null));
			};
		}
		// Not a bean, since nothing may answer in place of a person
		ApprovalGate gate = new EnforcingApprovalGate(new ApprovalService(endpoints, dependencies),
				dependencies.journal(), publisher, dependencies.ticker());
		for (ApprovalGateDecorator decorator : decorators.orderedStream().toList()) {
			gate = decorate(gate, decorator);
		}
		// A denial counts before an equal call can follow
		gate = withRests(gate, properties.approval(), dependencies, publisher);
		if (duplicateLimit.number() > 0) {
			gate = new DuplicateApprovalGate(gate, duplicateLimit.number(), dependencies.pairingSource(),
					dependencies.approvers(), publisher);
		}
		// Outside of the other gates, so that nothing is done for calls that must not
		// wait
		return new AdmittingApprovalGate(gate, dependencies.pending(), dependencies.approvers(),
				properties.approval().allowInTransaction(), publisher);
	}

	private static ApprovalGate decorate(ApprovalGate gate, ApprovalGateDecorator decorator) {
		ApprovalGate decorated = decorator.decorate(gate);
		if (decorated == null) {
			throw new AirlockConfigurationException(
					"The ApprovalGateDecorator '%s' returned no gate".formatted(decorator.getClass().getName()),
					"Return the gate that it was given, or one in front of it.");
		}
		if (decorated != gate && !isAdmitDefault(decorated)) {
			throw new AirlockConfigurationException(
					"The ApprovalGateDecorator '%s' returned the gate '%s' with a method 'admit', which is not called"
						.formatted(decorator.getClass().getName(), decorated.getClass().getName()),
					"Refuse calls in its method 'authorize', and remove 'admit'.");
		}
		return decorated;
	}

	private static boolean isAdmitDefault(ApprovalGate gate) {
		Class<?> type = AopUtils.getTargetClass(gate);
		Method admit = ReflectionUtils.findMethod(type, "admit", GuardedCall.class);
		// The class of a proxy has all methods of its interfaces
		return Proxy.isProxyClass(type) || admit == null || admit.getDeclaringClass() == ApprovalGate.class;
	}

	@Bean
	@ConditionalOnMissingBean
	ApproverGroups airlockApproverGroups(AirlockGatewayProperties properties,
			ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails, ListableBeanFactory beanFactory) {
		return new ApproverGroupsFactory(properties, beanFactory).create(connectionDetails.getIfAvailable());
	}

	@Bean
	ApproverGroupsLogger airlockApproverGroupsLogger(ApproverGroups groups, AirlockGatewayProperties properties,
			ObjectProvider<PairingSource> pairings) {
		boolean bypassed = properties.approval().mode() == Mode.BYPASS;
		return new ApproverGroupsLogger(groups, () -> bypassed ? null : pairings.getIfAvailable());
	}

	@Bean
	SmartInitializingSingleton airlockStartVerifier(AirlockGatewayProperties properties,
			ObjectProvider<ApprovalAdvisor> advisors, ApprovalGuardVerifier guardVerifier,
			@Qualifier("airlockApprovalDependencies") ObjectProvider<ApprovalDependencies> dependencies,
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<ApprovalGate> gate,
			ObjectProvider<ApprovalDenialHandler> denialHandler) {
		return () -> {
			requirePropertiesOfParent(properties, beanFactory.getParentBeanFactory());
			requireOne(beanFactory, ApprovalGate.class, gate);
			if (properties.approval().mode() != Mode.BYPASS) {
				dependencies.ifAvailable((used) -> requireApprovers(used, advisors));
				guardVerifier.verifyConditionBeans(advisors.stream());
				requireOne(beanFactory, ApprovalDenialHandler.class, denialHandler);
				requireOne(beanFactory, RequesterSource.class, beanFactory.getBeanProvider(RequesterSource.class));
			}
		};
	}

	/**
	 * Require that a parent, whose gate and gateway are used in this context too, has the
	 * same properties of those who decide. Otherwise, other persons would decide than
	 * those of this context.
	 */
	private static void requirePropertiesOfParent(AirlockGatewayProperties properties, @Nullable BeanFactory parent) {
		AirlockGatewayProperties used = (parent != null)
				? parent.getBeanProvider(AirlockGatewayProperties.class).getIfAvailable() : null;
		if (used != null) {
			Map<String, Function<AirlockGatewayProperties, @Nullable Object>> deciding = Map.of("base-url",
					AirlockGatewayProperties::baseUrl, "pairing", AirlockGatewayProperties::pairing, "pairings",
					AirlockGatewayProperties::pairings, "approvers", AirlockGatewayProperties::approvers, "dnd",
					AirlockGatewayProperties::dnd, "approval.mode", (each) -> each.approval().mode(),
					"approval.signature-forms", (each) -> each.approval().signatureForms());
			deciding.forEach((name, value) -> AirlockConfigurationException.throwIf(
					!Objects.equals(value.apply(used), value.apply(properties)), "airlock.gateway." + name,
					"it differs in the parent context, whose gateway and approvers decide in both contexts",
					"Set it to the same value in both contexts, or only in the parent."));
		}
	}

	private static void requireApprovers(ApprovalDependencies used, ObjectProvider<ApprovalAdvisor> advisors) {
		advisors
			.forEach((advisor) -> advisor.attributes().requireApprovers(used.approvers(), used.settings().timeout()));
	}

	/**
	 * Require that one bean of a type can be chosen, which is looked for only when a
	 * method is called.
	 */
	private static <T> void requireOne(ListableBeanFactory beanFactory, Class<T> type, ObjectProvider<T> provider) {
		if (BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false).length > 1) {
			try {
				provider.getIfAvailable();
			}
			catch (NoUniqueBeanDefinitionException ex) {
				throw new AirlockConfigurationException(
						"Several beans are of type '%s': %s".formatted(type.getName(),
								StringUtils.collectionToDelimitedString(ex.getBeanNamesFound(), ", ", "'", "'")),
						"Annotate one of them with '@Primary', or let one call the others.", ex);
			}
		}
	}

	@Bean
	DuplicateApprovalGate.Limit airlockDuplicateLimit(AirlockGatewayProperties properties, ApplicationContext context) {
		Duplicates duplicates = properties.approval().limits().duplicates();
		if (duplicates == null) {
			// In a web application, an equal invocation is a form that was submitted
			// twice; in a batch, it can be a second payout. A recorded call outlives the
			// job, so that an equal one is the next run of it.
			boolean web = context instanceof WebApplicationContext || context instanceof ReactiveWebApplicationContext;
			return new DuplicateApprovalGate.Limit(web ? 1 : 2, 1);
		}
		int number = switch (duplicates) {
			case REFUSE -> 1;
			case ALLOW_ONE -> 2;
			case ALLOW -> 0;
		};
		return new DuplicateApprovalGate.Limit(number, number);
	}

	private static ApprovalGate withRests(ApprovalGate gate, Approval approval, ApprovalDependencies dependencies,
			DenialPublisher publisher) {
		Duration cooldown = approval.denialCooldown();
		boolean cooling = !cooldown.isNegative() && !cooldown.isZero();
		RestingApprovalGate.Pause pause = pause(approval.pause());
		return (cooling || pause != null)
				? new RestingApprovalGate(gate, cooling ? cooldown : null, pause, dependencies.pairingSource(),
						dependencies.approvers(), InstantSource.system(), Ticker.system(), publisher)
				: gate;
	}

	private static RestingApprovalGate.@Nullable Pause pause(Pause pause) {
		Integer after = pause.after();
		if (after == null) {
			return null;
		}
		String prefix = "airlock.gateway.approval.pause.";
		AirlockConfigurationException.throwIf(after < 1, prefix + "after", "it is not positive",
				"Set it to how many requests may be denied or time out, or remove the property.");
		return new RestingApprovalGate.Pause(after,
				AirlockConfigurationException.requirePositive(prefix + "within", pause.within()),
				AirlockConfigurationException.requirePositive(prefix + "for", pause.rest()));
	}

	@Bean
	@ConditionalOnMissingBean
	ApprovalEventPublisher airlockApprovalEventPublisher(ApplicationEventPublisher publisher) {
		return new ApprovalEventPublisher(publisher);
	}

	@Bean
	ApprovalStartupLogger airlockApprovalStartupLogger(ApplicationContext context, ApprovalGuardVerifier guards,
			AirlockGatewayProperties properties) {
		// Spring computes hash codes of listeners, which include those of their
		// properties
		return new ApprovalStartupLogger(context, guards, properties.approval().mode() == Mode.BYPASS);
	}

	@Bean
	static LazyInitializationExcludeFilter airlockApprovalLazyInitializationExcludeFilter() {
		// Report problems of the gate at start, not at the invocation of a guarded method
		return LazyInitializationExcludeFilter.forBeanTypes(ApprovalGate.class);
	}

	private static String findDurableObstacle(Environment environment) {
		if (!isEnabled(environment, "airlock.gateway.durable.enabled")) {
			return "'airlock.gateway.durable.enabled' is 'false': remove it";
		}
		return isEnabled(environment, "airlock.gateway.enabled")
				? "Durable approvals are not configured here: in a test of a slice, replace the bean by a mock, or use "
						+ "@SpringBootTest; otherwise do not exclude AirlockDurableAutoConfiguration"
				: findObstacle(environment);
	}

	private static boolean isEnabled(Environment environment, String property) {
		return Binder.get(environment).bind(property, Boolean.class).orElse(true);
	}

	static String findObstacle(Environment environment) {
		String cause = isEnabled(environment, "airlock.gateway.enabled")
				? "AirlockGatewayAutoConfiguration does not apply: put @AutoConfigureAirlockSimulator on a test "
						+ "of a slice; otherwise do not exclude it, keep Spring's RestClient on the class path"
				: "'airlock.gateway.enabled' is 'false': remove it";
		return "Approval cannot be requested, because %s, or set 'airlock.gateway.approval.mode=bypass' to run guarded methods "
			.formatted(cause) + "without approval";
	}

	/**
	 * {@link DurableCalls} of which none is recorded.
	 */
	private record BypassedDurableCalls(DurableCalls delegate) implements DurableCalls {

		@Override
		public @Nullable Runnable record(Object proxy, Call call) {
			return null;
		}

		@Override
		public void starting(Call call) {
			this.delegate.starting(call);
		}

	}

	/**
	 * Registers an auto-proxy creator unconditionally, so that {@code
	 * spring.aop.auto=false} does not remove the guard, and creates the verifier. Proxies
	 * are class-based by default, as in Spring Boot.
	 *
	 * @param environment the environment
	 * @param beanFactory the factory of the verifier
	 */
	record ProxyRegistrar(Environment environment, BeanFactory beanFactory) implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata,
				BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
			if (this.environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true)) {
				AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
			}
			// By name: to find it by type, Spring would create factories of unknown types
			// with all that they need, before beans get proxies
			for (String name : USERS_OF_GUARD_VERIFIER) {
				registry.getBeanDefinition(name)
					.getConstructorArgumentValues()
					.addIndexedArgumentValue(0, new RuntimeBeanReference(GUARD_VERIFIER));
			}
			// No bean was made yet of the definitions of other configurations
			this.beanFactory.getBean(GUARD_VERIFIER, ApprovalGuardVerifier.class);
		}

	}

	/**
	 * Part of the guard, which cannot be excluded: without it, the endpoints of the
	 * actuator would show secrets.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SanitizingFunction.class)
	static class SanitizingConfiguration {

		@Bean
		SanitizingFunction airlockSanitizingFunction(Environment environment,
				ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails) {
			SecretValues secrets = new SecretValues(environment, connectionDetails::getIfUnique);
			return (data) -> SecretValues.isNamedBy(data.getKey()) || secrets.isIn(data.getValue())
					? data.withSanitizedValue() : data;
		}

	}

}
