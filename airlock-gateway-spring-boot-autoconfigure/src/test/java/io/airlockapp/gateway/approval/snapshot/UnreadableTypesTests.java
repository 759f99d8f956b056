/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMultimap;
import com.google.common.collect.ImmutableSortedMultiset;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import jakarta.persistence.EntityManager;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.data.domain.Pageable;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.RequestEntity;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.mock.web.MockPart;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.support.SessionStatus;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UnreadableTypes}: parameters fail the start if each call would fail,
 * or if they are what a method writes to.
 */
class UnreadableTypesTests {

	private final SnapshotWriter writer = new SnapshotWriter(new JsonMapper());

	@ParameterizedTest(name = "{0}")
	@MethodSource("unshowable")
	void findWhenTypeIsRefusedByEachCallNamesParameter(Class<?> declared, Object value) {
		Method method = method(Unshowable.class, declared);
		assertThat(UnreadableTypes.find(method, Unshowable.class))
			.startsWith("its parameter 'value' is a " + declared.getName() + ", which is not data")
			.containsAnyOf("take plain data", "take the value")
			.doesNotContain("controller");
		MethodArguments arguments = new MethodArguments(Unshowable.class, method, new Object[] { value });
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.writer.snapshot(arguments, new Masking()).all())
			.withMessageStartingWith("Argument 'value' of Unshowable.call cannot be shown");
	}

	static Stream<Arguments> unshowable() throws SQLException {
		MockHttpServletRequest servletRequest = new MockHttpServletRequest();
		MockHttpServletResponse servletResponse = new MockHttpServletResponse();
		ServletWebRequest webRequest = new ServletWebRequest(servletRequest, servletResponse);
		BindingResult bindingResult = new BeanPropertyBindingResult(new Order("A-17"), "order");
		ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/").build());
		return Stream.of(Arguments.of(InputStream.class, new ByteArrayInputStream(new byte[1])),
				Arguments.of(Writer.class, new StringWriter()), Arguments.of(Stream.class, Stream.of(1)),
				Arguments.of(Iterator.class, List.of(1).iterator()), Arguments.of(Thread.class, Thread.currentThread()),
				Arguments.of(ClassLoader.class, UnreadableTypesTests.class.getClassLoader()),
				Arguments.of(Connection.class, DriverManager.getConnection("jdbc:h2:mem:")),
				Arguments.of(Mono.class, Mono.just(1)),
				Arguments.of(Future.class, CompletableFuture.completedFuture(1)),
				Arguments.of(Flow.Publisher.class, new SubmissionPublisher<>()),
				Arguments.of(Resource.class, new ByteArrayResource(new byte[1])),
				Arguments.of(ClassPathResource.class, new ClassPathResource("schema.sql")),
				Arguments.of(FileSystemResource.class, new FileSystemResource("pom.xml")),
				Arguments.of(ApplicationArguments.class, new DefaultApplicationArguments("--force")),
				Arguments.of(MultipartFile.class, new MockMultipartFile("a", new byte[1])),
				Arguments.of(BindingResult.class, bindingResult), Arguments.of(Errors.class, bindingResult),
				Arguments.of(HttpServletRequest.class, servletRequest),
				Arguments.of(HttpServletResponse.class, servletResponse),
				Arguments.of(HttpSession.class, new MockHttpSession()),
				Arguments.of(jakarta.servlet.http.Part.class, new MockPart("a", new byte[1])),
				Arguments.of(WebRequest.class, webRequest), Arguments.of(NativeWebRequest.class, webRequest),
				Arguments.of(org.springframework.http.server.ServerHttpRequest.class,
						new ServletServerHttpRequest(servletRequest)),
				Arguments.of(org.springframework.http.server.ServerHttpResponse.class,
						new ServletServerHttpResponse(servletResponse)),
				Arguments.of(ServerHttpRequest.class, exchange.getRequest()),
				Arguments.of(ServerHttpResponse.class, exchange.getResponse()),
				Arguments.of(ServerWebExchange.class, exchange),
				Arguments.of(WebSession.class, exchange.getSession().block()), Arguments.of(Part.class, part()));
	}

	private static Part part() {
		MockServerHttpRequest request = MockServerHttpRequest.post("/")
			.contentType(MediaType.parseMediaType("multipart/form-data;boundary=x"))
			.body("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n");
		Part part = new DefaultPartHttpMessageReader().read(ResolvableType.forClass(Part.class), request, Map.of())
			.blockFirst();
		assertThat(part).isNotNull();
		return part;
	}

	@ParameterizedTest
	@ValueSource(classes = { Object.class, Runnable.class, Callable.class, Throwable.class, Map.class, Iterable.class,
			AutoCloseable.class, OwnResource.class })
	void findWhenTypeMayBeDataReturnsNull(Class<?> declared) {
		assertThat(UnreadableTypes.find(method(Showable.class, declared), Showable.class)).isNull();
	}

	/**
	 * The approver has to see the value.
	 */
	@ParameterizedTest
	@ValueSource(classes = { Mono.class, Future.class, Flow.Publisher.class })
	void doesNotSuggestToLeaveOutAValueThatComesLater(Class<?> declared) {
		assertThat(UnreadableTypes.find(method(Unshowable.class, declared), Unshowable.class))
			.endsWith("take the value, and call the method when the value exists, such as by flatMap")
			.doesNotContain("@AirlockOmitted");
	}

	@Test
	void refusesTheEntityManagerOfJpa() {
		assertThat(UnreadableTypes.find(method(Unshowable.class, EntityManager.class), Unshowable.class))
			.contains("its parameter 'value' is a " + EntityManager.class.getName());
	}

	@ParameterizedTest
	@ValueSource(classes = { Model.class, RedirectAttributes.class, SessionStatus.class })
	void findWhenTypeIsModelOfControllerSuggestsOmitting(Class<?> declared) {
		assertThat(UnreadableTypes.find(method(Unshowable.class, declared), Unshowable.class))
			.contains("its parameter 'value' is a " + declared.getName(), "@AirlockOmitted");
	}

	@ParameterizedTest
	@ValueSource(classes = { org.springframework.web.reactive.socket.WebSocketSession.class,
			org.springframework.web.reactive.function.server.ServerRequest.class,
			org.springframework.web.servlet.function.ServerRequest.class, DataBuffer.class, ContextRefreshedEvent.class,
			ApplicationContextEvent.class, PayloadApplicationEvent.class, ApplicationReadyEvent.class,
			WebDataBinder.class, RequestAttributes.class, ModelAndView.class, ArrayListMultimap.class,
			ImmutableMultimap.class, ImmutableSortedMultiset.class, HashBasedTable.class })
	void findWhenTypeIsNoDataReturnsReason(Class<?> type) {
		assertThat(UnreadableTypes.find(type)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { HttpHeaders.class, HttpMethod.class, HttpEntity.class, RequestEntity.class,
			MediaType.class, RequestMethod.class, UriComponents.class, LinkedMultiValueMap.class, Pageable.class,
			ApplicationEvent.class, OwnEvent.class, UsernamePasswordAuthenticationToken.class })
	void acceptsDataOfSpring(Class<?> type) {
		assertThat(UnreadableTypes.find(type)).isNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { List.class, Map.class, Optional.class, InputStream[].class, List[].class })
	void findWhenContainerHoldsNoDataNamesElementType(Class<?> declared) {
		assertThat(UnreadableTypes.find(method(Containing.class, declared), Containing.class))
			.contains("its parameter 'value' contains a java.io.InputStream");
	}

	@Test
	void findWhenFormatterMayShowElementsReturnsNull() {
		assertThat(UnreadableTypes.find(method(ContainingOthers.class, List.class), ContainingOthers.class)).isNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { List.class, Map.class, Tree.class, Names.class })
	void acceptsContainersOfThemselvesAndOtherTypeArguments(Class<?> declared) {
		assertThat(UnreadableTypes.find(method(Recursive.class, declared), Recursive.class)).isNull();
	}

	@Test
	void findWhenParameterIsOmittedReturnsNull() {
		assertThat(UnreadableTypes.find(method(LeftOut.class, InputStream.class), LeftOut.class)).isNull();
	}

	/**
	 * Its class has a method for each type of the parameter.
	 */
	@Test
	void findWhenLambdaHasBridgeMethodsReturnsNull() {
		OfString lambda = (value) -> {
		};
		assertThat(ReflectionUtils.getDeclaredMethods(lambda.getClass())).hasSize(2)
			.allSatisfy((method) -> assertThat(UnreadableTypes.find(method, lambda.getClass())).isNull());
	}

	@Test
	void findResolvesTypeVariables() {
		assertThat(UnreadableTypes.find(method(Generic.class, Object.class), StreamOfBytes.class))
			.contains(InputStream.class.getName());
	}

	@Test
	void advisesToGuardTheServiceBehindAController() {
		Method method = method(PetController.class, BindingResult.class);
		assertThat(UnreadableTypes.find(method, PetController.class))
			.endsWith(", or guard the service behind the controller");
		MethodArguments arguments = new MethodArguments(PetController.class, method,
				new Object[] { new BeanPropertyBindingResult(new Order("A-17"), "order") });
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.writer.snapshot(arguments, new Masking()).all())
			.withMessageEndingWith(", or guard the service behind the controller");
	}

	private static Method method(Class<?> type, Class<?> declared) {
		return Arrays.stream(ReflectionUtils.getDeclaredMethods(type))
			.filter((method) -> !method.isBridge()
					&& Arrays.equals(method.getParameterTypes(), new Class<?>[] { declared }))
			.findFirst()
			.orElseThrow();
	}

	record Order(String id) {
	}

	static class OwnResource extends ByteArrayResource {

		OwnResource() {
			super(new byte[0]);
		}

	}

	static class OwnEvent extends ApplicationEvent {

		OwnEvent(String source) {
			super(source);
		}

	}

	interface Unshowable {

		void call(Mono<Integer> value);

		void call(Future<Integer> value);

		void call(Flow.Publisher<Integer> value);

		void call(InputStream value);

		void call(Writer value);

		void call(Stream<String> value);

		void call(Iterator<String> value);

		void call(Thread value);

		void call(ClassLoader value);

		void call(Connection value);

		void call(EntityManager value);

		void call(Model value);

		void call(RedirectAttributes value);

		void call(SessionStatus value);

		void call(Resource value);

		void call(ClassPathResource value);

		void call(FileSystemResource value);

		void call(MultipartFile value);

		void call(ApplicationArguments value);

		void call(BindingResult value);

		void call(Errors value);

		void call(HttpServletRequest value);

		void call(HttpServletResponse value);

		void call(HttpSession value);

		void call(jakarta.servlet.http.Part value);

		void call(WebRequest value);

		void call(NativeWebRequest value);

		void call(org.springframework.http.server.ServerHttpRequest value);

		void call(org.springframework.http.server.ServerHttpResponse value);

		void call(ServerHttpRequest value);

		void call(ServerHttpResponse value);

		void call(ServerWebExchange value);

		void call(WebSession value);

		void call(Part value);

	}

	interface Showable {

		void call(Object value);

		void call(Runnable value);

		void call(Callable<String> value);

		void call(Throwable value);

		void call(Map<String, String> value);

		void call(Iterable<String> value);

		void call(AutoCloseable value);

		void call(OwnResource value);

	}

	interface LeftOut {

		void call(@AirlockOmitted InputStream value);

	}

	interface Generic<T> {

		void call(T value);

	}

	interface StreamOfBytes extends Generic<InputStream> {

	}

	@Controller
	abstract static class PetController {

		abstract void update(BindingResult result);

	}

	interface OfAny<T> {

		void take(T value);

	}

	interface OfText {

		void take(String value);

	}

	interface OfString extends OfAny<String>, OfText {

	}

	@SuppressWarnings("serial")
	static class Tree<E extends Tree<E>> extends ArrayList<E> {

	}

	/**
	 * Its elements are texts.
	 */
	@SuppressWarnings("serial")
	static class Names<S extends InputStream> extends ArrayList<String> {

	}

	interface Recursive {

		<T extends List<T>> void call(T value);

		<M extends Map<String, ? extends M>> void call(M value);

		@SuppressWarnings("rawtypes")
		void call(Tree value);

		void call(Names<FileInputStream> value);

	}

	abstract static class ContainingOthers {

		abstract void call(List<Resource> value);

	}

	interface Containing {

		void call(List<InputStream> value);

		void call(Map<String, ? extends InputStream> value);

		void call(Optional<List<InputStream>> value);

		void call(InputStream[] value);

		void call(List<InputStream>[] value);

	}

}
