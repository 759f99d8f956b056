/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.forgotten.Forecasts;
import io.airlockapp.gateway.autoconfigure.forgotten.WeatherAlerts;
import io.airlockapp.gateway.autoconfigure.forgotten.WeatherService;
import io.airlockapp.gateway.autoconfigure.inherited.Payers;
import io.airlockapp.gateway.autoconfigure.unretained.PaymentApproval;
import io.airlockapp.gateway.autoconfigure.unretained.RefundApproval;
import io.airlockapp.gateway.store.PairingStore;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ApprovalStartupLogger}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApprovalStartupLoggerTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class))
		.withPropertyValues("spring.application.name=payments");

	private final ApplicationContextRunner paired = this.contextRunner.withPropertyValues(PairedProperties.all());

	@Test
	void logsOneLine(CapturedOutput output) {
		this.paired.withBean(Refunds.class)
			.withBean(Tenants.class)
			.withPropertyValues("airlock.gateway.base-url=http://localhost:1/some/path")
			.run((context) -> assertThat(lines(output))
				.containsExactly("INFO 4 guarded methods, enforcer 'payments', gateway http://localhost:1/some/path"));
	}

	@Test
	void namesTheClassesInWhichTheAnnotationHasNoEffect(CapturedOutput output) {
		this.paired.withInitializer(ApprovalStartupLoggerTests::registerPackage)
			.withBean(Forecasts.Implementation.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).last()
					.asString()
					.startsWith("WARN @RequiresAirlockApproval has no effect in " + WeatherAlerts.class.getName() + ", "
							+ WeatherService.class.getName() + ": no bean is known to be of such a class")
					.endsWith("Make the objects beans, or remove the annotation")));
	}

	@Test
	void namesTheClassesThatInheritTheAnnotation(CapturedOutput output) {
		this.paired
			.withInitializer((context) -> AutoConfigurationPackages
				.register((BeanDefinitionRegistry) context.getBeanFactory(), Payers.class.getPackageName()))
			.withBean(Payers.OfBean.class)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).last()
					.asString()
					.startsWith("WARN @RequiresAirlockApproval has no effect in %s, %s, %s: ".formatted(
							Payers.Composed.class.getName(), Payers.OfLibrary.class.getName(),
							Payers.OfNone.class.getName()))));
	}

	@Test
	void namesTheAnnotationsThatDoNotExistAtRuntimeOrOnMethods(CapturedOutput output) {
		this.paired
			.withInitializer((context) -> AutoConfigurationPackages
				.register((BeanDefinitionRegistry) context.getBeanFactory(), PaymentApproval.class.getPackageName()))
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).last()
					.asString()
					.startsWith(
							"WARN @RequiresAirlockApproval has no effect in %s, %s: such an annotation does not exist"
								.formatted(PaymentApproval.class.getName(), RefundApproval.class.getName()))
					.endsWith("Declare it with @Retention(RUNTIME), and with METHOD among its targets")));
	}

	@Test
	void findsNoClassWithoutABeanIfAllAreBeans() {
		this.contextRunner.withInitializer(ApprovalStartupLoggerTests::registerPackage)
			.withBean(Forecasts.Implementation.class)
			.withBean(WeatherService.class)
			.withBean(WeatherAlerts.class)
			.run((context) -> assertThat(
					ClassesWithoutBean.find(context.getBeanFactory(), context.getBean(ApprovalGuardVerifier.class)))
				.isEmpty());
	}

	@Test
	void namesTheClassesAlsoIfNothingIsConfigured(CapturedOutput output) {
		this.contextRunner.withInitializer(ApprovalStartupLoggerTests::registerPackage)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).hasSize(2)
					.last()
					.asString()
					.contains("has no effect in ", WeatherService.class.getName())));
	}

	private static void registerPackage(ConfigurableApplicationContext context) {
		AutoConfigurationPackages.register((BeanDefinitionRegistry) context.getBeanFactory(),
				WeatherService.class.getPackageName());
	}

	@Test
	void countsMethodsWhetherTheirBeansAreMadeOrNot(CapturedOutput output) {
		this.paired.withBean("one", Refunds.class, Refunds::new, (definition) -> definition.setLazyInit(true))
			.withBean("two", Refunds.class, Refunds::new,
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.withBean("mock", Tenants.class, () -> mock())
			.run((context) -> {
				assertThat(lines(output)).singleElement().asString().contains("1 guarded method, enforcer");
				assertThat(context.getBeanFactory().containsSingleton("one")).isFalse();
			});
	}

	@Test
	void countsAMethodThatOverridesAGenericOneOnce(CapturedOutput output) {
		this.paired.withBean(Owners.class, () -> mock(), (definition) -> definition.setLazyInit(true))
			.run((context) -> assertThat(lines(output)).singleElement().asString().contains("1 guarded method, "));
	}

	@Test
	void warnsOfNothingIfNothingIsConfiguredAndNothingIsGuarded(CapturedOutput output) {
		this.contextRunner.withPropertyValues("spring.application.name=")
			.run((context) -> assertThat(lines(output))
				.containsExactly("INFO 0 guarded methods, enforcer 'spring-boot', gateway https://igw.airlocks.io"));
		this.contextRunner.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(lines(output)).hasSize(2)
				.element(1)
				.isEqualTo("INFO 0 guarded methods ('airlock.gateway.enabled' is 'false')"));
	}

	@Test
	void warnsIfThereAreNoCredentials(CapturedOutput output) {
		this.contextRunner.withBean(Refunds.class)
			.run((context) -> assertThat(lines(output)).satisfiesExactly(
					(line) -> assertThat(line)
						.isEqualTo("INFO 1 guarded method, enforcer 'payments', gateway https://igw.airlocks.io"),
					(line) -> assertThat(line).isEqualTo("WARN Approval cannot be requested without credentials. "
							+ "Set 'airlock.gateway.auth.pat'")));
	}

	@Test
	void namesTheUrlWithoutAnEmptyPath(CapturedOutput output) {
		this.paired.withPropertyValues("airlock.gateway.base-url=https://gateway.example.com:8443/")
			.run((context) -> assertThat(lines(output)).first()
				.asString()
				.endsWith(", gateway https://gateway.example.com:8443"));
	}

	@Test
	void doesNotWarnOfDefaultEnforcerNameWhenGatewayIsLocal(CapturedOutput output) {
		this.paired.withPropertyValues("spring.application.name=", "airlock.gateway.base-url=http://localhost:8099")
			.run((context) -> assertThat(lines(output)).singleElement()
				.asString()
				.endsWith("enforcer 'spring-boot', gateway http://localhost:8099"));
	}

	@Test
	void doesNotWarnIfNothingIsGuarded(CapturedOutput output) {
		this.contextRunner.withPropertyValues("airlock.gateway.auth.pat=airpat_x")
			.run((context) -> assertThat(lines(output))
				.containsExactly("INFO 0 guarded methods, enforcer 'payments', gateway https://igw.airlocks.io"));
	}

	@Test
	void warnsIfItIsNotPaired(CapturedOutput output) {
		this.contextRunner.withBean(Refunds.class)
			.withBean(AccessTokenSource.class, () -> AccessTokenSource.of("token"))
			.run((context) -> assertThat(lines(output)).hasSize(2)
				.last()
				.asString()
				.startsWith("WARN Approval cannot be requested: ")
				.contains("'airlock.gateway.pairing.code'"));
	}

	@Test
	void warnsOfParametersWithoutNames(CapturedOutput output) {
		this.paired.withBean("one", Ranked.class, () -> mock(), (definition) -> definition.setLazyInit(true))
			.withBean("two", Ranked.class, () -> mock(), (definition) -> definition.setLazyInit(true))
			.run((context) -> assertThat(lines(output)).hasSize(2)
				.last()
				.isEqualTo("WARN Approvers see 'arg0' in place of the names of parameters of Ranked.compareTo. "
						+ "Compile with '-parameters'"));
	}

	@Test
	void lambdaExpressionHasTheNamesOfItsInterface(CapturedOutput output) {
		this.paired.withBean(Job.class, () -> (name) -> {
		}).run((context) -> assertThat(lines(output)).hasSize(1));
	}

	@Test
	void warnsOfAPairingThatIsNotConfigured(CapturedOutput output) {
		this.paired.withBean(ByFinance.class)
			.run((context) -> assertThat(lines(output)).hasSize(2)
				.last()
				.asString()
				.startsWith("WARN This application has no pairing named 'finance'")
				.endsWith("If the name is misspelt, correct the attribute 'pairing' or the request"));
		this.paired.withBean(ByFinance.class)
			.withBean(PairingStore.class, EmptyStore::new)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).hasSize(4)
					.last()
					.asString()
					.startsWith("WARN This application has no pairing named 'finance'")));
	}

	@Test
	void warnsOfAStoreWithoutAPairing(CapturedOutput output) {
		this.contextRunner.withBean(Refunds.class)
			.withPropertyValues("airlock.gateway.auth.pat=airpat_x")
			.withBean(PairingStore.class, EmptyStore::new)
			.run((context) -> Awaitility.await()
				.untilAsserted(() -> assertThat(lines(output)).hasSize(2)
					.last()
					.asString()
					.startsWith("WARN This application is not paired with an approver")
					.doesNotContain("misspelt")));
	}

	@Test
	void logsThatGatewayIsDisabled(CapturedOutput output) {
		this.paired.withBean(Refunds.class)
			.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(lines(output)).satisfiesExactly(
					(line) -> assertThat(line)
						.isEqualTo("INFO 1 guarded method, all denied ('airlock.gateway.enabled' is 'false')"),
					(line) -> assertThat(line).startsWith("WARN Approval cannot be requested, because ")
						.contains("'airlock.gateway.enabled' is 'false': remove it")));
	}

	@Test
	void logsThatClientIsMissing(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withBean(Refunds.class)
			.run((context) -> assertThat(lines(output)).satisfiesExactly(
					(line) -> assertThat(line)
						.isEqualTo("INFO 1 guarded method, all denied (there is no client of the gateway)"),
					(line) -> assertThat(line).startsWith("WARN").contains("AirlockGatewayAutoConfiguration")));
	}

	@Test
	void logsThatApprovalIsBypassed(CapturedOutput output) {
		this.paired.withBean(Refunds.class)
			.withPropertyValues("airlock.gateway.approval.mode=bypass")
			.run((context) -> assertThat(lines(output)).containsExactly(
					"INFO 1 guarded method, without approval ('airlock.gateway.approval.mode' is 'bypass')"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "gate", "airlockApprovalGate" })
	void warnsOfAGateOfTheApplication(String name, CapturedOutput output) {
		this.paired.withBean(name, ApprovalGate.class, () -> (call) -> {
		})
			.withBean(Refunds.class)
			.run((context) -> assertThat(lines(output)).hasSize(2)
				.contains(
						"WARN An ApprovalGate bean of the application decides on guarded methods, in place of verified approvals"));
	}

	@Test
	void logsThatGateOfApplicationDecides(CapturedOutput output) {
		this.paired.withBean(ApprovalGate.class, () -> (call) -> {
		})
			.withBean(Refunds.class)
			.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(lines(output)).containsExactly(
					"WARN An ApprovalGate bean of the application decides on guarded methods, in place of verified approvals",
					"INFO 1 guarded method, decided by that bean alone ('airlock.gateway.enabled' is 'false')"));
	}

	@Test
	void warnsOfDefaultEnforcerName(CapturedOutput output) {
		ApplicationContextRunner nameless = this.paired.withPropertyValues("spring.application.name=",
				"airlock.gateway.base-url=https://gateway.example.com");
		nameless.run((context) -> assertThat(lines(output)).hasSize(2)
			.element(1)
			.asString()
			.startsWith("WARN The gateway identifies this application as 'spring-boot'")
			.contains("'airlock.gateway.enforcer.id'", "'spring.application.name'"));
		nameless.withPropertyValues("airlock.gateway.enforcer.id=payments")
			.run((context) -> assertThat(lines(output)).hasSize(3));
	}

	@Test
	void storeThatCannotBeReadDoesNotAffectTheStart(CapturedOutput output) {
		this.contextRunner.withBean(Refunds.class)
			.withPropertyValues("airlock.gateway.auth.pat=airpat_x")
			.withBean(PairingStore.class, () -> new EmptyStore() {

				@Override
				public @Nullable Entry read(String name) {
					throw new IllegalStateException("The store is read at start");
				}

			})
			.run((context) -> assertThat(lines(output)).singleElement().asString().contains("1 guarded method, "));
	}

	@Test
	void logsOnceWhenChildContextHasNoGuards(CapturedOutput output) {
		this.paired.withBean(Refunds.class).run((context) -> {
			try (AnnotationConfigApplicationContext management = new AnnotationConfigApplicationContext()) {
				management.setParent(context);
				management.refresh();
			}
			assertThat(lines(output)).hasSize(1);
		});
	}

	@Test
	void doesNotLogAgainForChildApplicationWithoutGuards(CapturedOutput output) {
		try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class, Refunds.class)
			.web(WebApplicationType.NONE)
			.properties(properties())
			.child(Application.class)
			.web(WebApplicationType.NONE)
			.run()) {
			assertThat(child.getParent()).isNotNull();
			assertThat(lines(output)).hasSize(1);
		}
	}

	@Test
	void logsGuardedMethodsOfChild(CapturedOutput output) {
		try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties(properties())
			.child(Application.class, Tenants.class)
			.web(WebApplicationType.NONE)
			.run()) {
			assertThat(child.getParent()).isNotNull();
			assertThat(lines(output)).satisfiesExactly((line) -> assertThat(line).contains("0 guarded methods"),
					(line) -> assertThat(line).contains("3 guarded methods"));
		}
	}

	/**
	 * The gate and the gateway of the parent decide on the methods of the child.
	 */
	@ParameterizedTest
	@CsvSource({ "airlock.gateway.approval.mode, bypass, enforce",
			"airlock.gateway.base-url, http://localhost:2, http://localhost:1",
			"airlock.gateway.approval.signature-forms, core, text" })
	void childWithOtherApproversThanItsParentIsRefused(String property, String ofParent, String ofChild) {
		this.paired.withPropertyValues(property + "=" + ofParent).run((parent) -> {
			assertThat(parent).hasNotFailed();
			ApplicationContextRunner child = this.paired.withParent(parent);
			child
				.withPropertyValues(property + "=" + ofParent, "airlock.gateway.enforcer.device-id=${random.uuid}",
						"airlock.gateway.approval.timeout=2m")
				.run((context) -> assertThat(context).hasNotFailed());
			child.withPropertyValues(property + "=" + ofChild)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContainingAll(property, "differs in the parent context"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.enabled=true", "airlock.gateway.enabled=false",
			"airlock.gateway.approval.mode=bypass" })
	void gateIsNotProxiedByApplication(String property) {
		this.paired.withUserConfiguration(AopAutoConfiguration.class)
			.withPropertyValues("spring.aop.proxy-target-class=false", property)
			.withBean(DefaultPointcutAdvisor.class,
					() -> new DefaultPointcutAdvisor((MethodInterceptor) (invocation) -> null))
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(ApprovalGate.class))).isFalse());
	}

	private static Map<String, Object> properties() {
		return Stream
			.concat(Stream.of("spring.application.name=payments", "spring.main.banner-mode=off"),
					Stream.of(PairedProperties.all()))
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> pair[1]));
	}

	/**
	 * Return the level and the message of each line.
	 */
	private static List<String> lines(CapturedOutput output) {
		return output.getOut()
			.lines()
			.filter((line) -> line.contains("ApprovalStartupLogger"))
			.map((line) -> (line.contains(" WARN ") ? "WARN " : "INFO ")
					+ line.replaceFirst("^.*?ApprovalStartupLogger +(--|:) ", ""))
			.toList();
	}

	private static class EmptyStore implements PairingStore {

		@Override
		public @Nullable Entry read(String name) {
			return null;
		}

		@Override
		public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class })
	static class Application {

	}

	interface Store<T> {

		<S extends T> S save(S entity);

	}

	interface Owners extends Store<StringBuilder> {

		@Override
		@RequiresAirlockApproval
		<S extends StringBuilder> S save(S entity);

	}

	/**
	 * Inherits a method of a type that was compiled without the names of parameters.
	 */
	@RequiresAirlockApproval
	interface Ranked extends Comparable<String> {

	}

	interface Job {

		@RequiresAirlockApproval
		void run(String name);

	}

	static class ByFinance {

		@RequiresAirlockApproval(pairing = "finance")
		public void pay() {
		}

	}

	static class Refunds {

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	@RequiresAirlockApproval
	static class Tenants extends Archive {

		public void delete(int id) {
		}

		public void delete(String name) {
		}

		@Override
		public void archive() {
		}

	}

	static class Archive {

		public void archive() {
		}

	}

}
